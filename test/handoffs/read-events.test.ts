import { appendFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { EventOrder, eventsFile, lineReader, readEvents } from "../../src/handoffs/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { newWorkspace } from "../new-workspace.ts";

let workspace: Workspace;
let file: string;

beforeEach(async () => {
  workspace = await newWorkspace();
  file = eventsFile(workspace, "aaaa");
  await mkdir(path.dirname(file), { recursive: true });
});

const phase = (name: string, place: { attempt?: number; sequence?: number } = {}) =>
  JSON.stringify({ ...place, type: "phase", name });

test("lines of an attempt behind those of a newer one are not read", async () => {
  const lines = [
    phase("one", { attempt: 1, sequence: 1 }),
    phase("two", { attempt: 2, sequence: 1 }),
    phase("late", { attempt: 1, sequence: 2 }),
    phase("three", { attempt: 2, sequence: 2 }),
  ];
  await writeFile(file, `${lines.join("\n")}\n`);

  expect(await namesOf(readEvents(workspace, "aaaa"))).toEqual(["one", "two", "three"]);
});

test("what cannot be read as an event costs no other: half lines, other kinds, no JSON at all", async () => {
  const noEvents = [
    "{",
    "null",
    "7",
    '"step"',
    '{"type":"of-a-newer-trainer"}',
    '{"type":"step"}',
    "\u0000\u0000",
  ];
  await writeFile(file, `${[phase("one"), ...noEvents, phase("two")].join("\n")}\n{"type":"phase","na`);

  expect(await namesOf(readEvents(workspace, "aaaa"))).toEqual(["one", "two"]);
});

test("a run that has said nothing yet has no events", async () => {
  expect(await readEvents(workspace, "aaaa")).toEqual([]);
  expect(await readEvents(workspace, "bbbb")).toEqual([]);
});

test("events that two sources tell come once, whichever is ahead", () => {
  const told = (...sequences: number[]) =>
    sequences.map((sequence) => phase(`${sequence}`, { attempt: 1, sequence }));
  const order = new EventOrder();
  const taken = [told(1, 2), told(1, 2, 3), told(3, 4), told(4)].map(
    (lines) => [...order.take(lines)].length,
  );

  expect(taken).toEqual([2, 1, 1, 0]);
});

test("a reader of a growing file gives whole lines only, each once, letters that were cut in two included", async () => {
  const read = lineReader(file);
  expect(await read()).toEqual([]);
  const bytes = Buffer.from('"Zoë"\n"Ána"\n"🦜"\n');
  const seen: string[][] = [];
  for (const byte of bytes) {
    await appendFile(file, Buffer.from([byte]));
    seen.push(await read());
  }

  expect(seen.flat()).toEqual(['"Zoë"', '"Ána"', '"🦜"']);
  expect(seen.filter((lines) => lines.length > 0)).toHaveLength(3);
});

test("a line may be longer than what is read at once", async () => {
  const long = "x".repeat(200_000);
  await writeFile(file, `${long}\n\nshort\n`);

  expect(await lineReader(file)()).toEqual([long, "short"]);
});

async function namesOf(events: ReturnType<typeof readEvents>): Promise<unknown[]> {
  return (await events).map((event) => (event.type === "phase" ? event.name : event.type));
}
