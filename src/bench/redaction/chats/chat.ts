import { type Draw, fillSlots, type Value } from "../values/index.ts";

/** So many conversations that hold nothing private: lines whose slots are numbers, times and words. */
export function chatOf(lines: readonly string[], conversations: number, draw: Draw): string[][] {
  return Array.from({ length: conversations }, (_, index) => {
    const line = lines[index % lines.length] as string;
    return fillSlots(line, slots, draw).split(" // ");
  });
}

const words = "foo core server build kernel widget parser buffer daemon module client socket render".split(
  " ",
);

const slots: Record<string, Value> = {
  s: ({ below }) => String(1 + below(9)),
  s2: ({ below }) => String(1 + below(9)),
  n: ({ below }) => String(10 + below(90)),
  n2: ({ below }) => String(10 + below(50)),
  n4: ({ below }) => String(1000 + below(9000)),
  hour: ({ below }) => String(1 + below(12)),
  time: ({ below, like }) => `${1 + below(23)}:${like("%#").replace(/^[6-9]/, "4")}`,
  day: ({ below }) => String(1 + below(28)),
  month: ({ below }) => String(1 + below(12)),
  year: ({ below }) => String(1950 + below(80)),
  price: ({ pick, like }) => like(pick(["$%#", "€%.##", "£%##", "%#.## €", "%### yen"])),
  course: ({ pick, like }) => pick(["CS", "MATH", "BIO ", "PHYS", "REL "]) + like("%##"),
  word: ({ pick }) => pick(words),
  version: ({ like }) => like("%.#.#"),
};
