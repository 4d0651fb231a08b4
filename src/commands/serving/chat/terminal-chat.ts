import { printable, printableLines } from "../../../printable.ts";
import { hasColour } from "../../../terminal.ts";
import type { Shown } from "./answers.ts";
import { bubbleLines, columnOf, type Look, lookOf, wrapped } from "./bubbles.ts";
import type { DivertibleTerminal } from "./divertible-terminal.ts";
import { Screen } from "./screen.ts";
import { type Desk, listener, slashNames } from "./slash-commands.ts";
import { Talk, type TalkOptions } from "./talk.ts";

/** A conversation on a terminal, until the person leaves. */
export async function chatOnTerminal(
  terminal: DivertibleTerminal,
  options: Omit<TalkOptions, "view" | "leave">,
  desk: Desk,
  { stdin: input, stdout: output, env }: Pick<NodeJS.Process, "stdin" | "stdout" | "env"> = process,
): Promise<void> {
  const { persona } = options;
  const greeting = `This is an AI that writes like ${persona.name} (${persona.about}), not ${persona.name}.`;
  for (const line of wrapped(greeting, columnOf(output.columns || 80))) terminal.note(line.trimStart());
  terminal.note("/help lists what can be typed, Ctrl-D leaves.\n");
  const look = lookOf(hasColour(output, env) ? output.getColorDepth(env) : 1, env.COLORFGBG);
  const { left, leave } = departure();
  let isLeaving = false;
  const screen = new Screen(
    {
      input,
      output,
      prompt: () => `${printable(options.label(), 20)} › `,
      commands: slashNames,
    },
    {
      line(text) {
        isLeaving = false;
        hear(text);
      },
      arrow: (direction) => talk.turnTo(direction === "left" ? -1 : 1),
      interrupt() {
        if (talk.stop()) return;
        if (screen.line !== "") return screen.clearLine();
        if (isLeaving) return leave();
        isLeaving = true;
        screen.print([look.aside("Ctrl-C once more leaves.")]);
      },
      leave,
      resize: () => talk.refresh(),
    },
  );
  const linesOf = (parts: Shown[]) => layOut(parts, look, columnOf(screen.columns));
  const view = {
    show: (parts: Shown[]) => screen.show(linesOf(parts)),
    print: (parts: Shown[]) => screen.print(linesOf(parts)),
  };
  const talk = new Talk({ ...options, view, leave });
  const hear = listener(talk, desk);
  terminal.divert((line) => talk.remark(line));
  try {
    await left;
  } finally {
    talk.close();
    await talk.settled();
    terminal.divert();
    screen.close();
  }
}

function departure(): { left: Promise<void>; leave(error?: unknown): void } {
  let leave: (error?: unknown) => void = () => {};
  const left = new Promise<void>((resolve, reject) => {
    leave = (error) => (error === undefined ? resolve() : reject(error));
  });
  return { left, leave };
}

function layOut(parts: Shown[], look: Look, column: number): string[] {
  return parts.flatMap(({ side, text }) =>
    side === "aside"
      ? indented(printableLines(text), column).map((line) => look.aside(line))
      : bubbleLines(text, side, look, column),
  );
}

/** Lines that are broken where they must be, and begin as far right as the first. */
function indented(text: string, column: number): string[] {
  const [indent = ""] = /^ */.exec(text) ?? [];
  return wrapped(text.trimStart(), column - indent.length).map((line) => indent + line);
}
