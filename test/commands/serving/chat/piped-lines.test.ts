import { Readable } from "node:stream";
import { expect, test, vi } from "vitest";
import { answerLines } from "../../../../src/commands/serving/chat/piped-lines.ts";
import { Memories } from "../../../../src/serve/index.ts";
import { openTerminal } from "../../../../src/terminal.ts";
import { idsOf, personaWith, type Script, ScriptedEngine, textOf } from "../../../serve/scripted-engine.ts";

/** Says how much of a conversation it has heard. */
const countsTurns: Script = (_, prompt) => idsOf(`heard ${textOf(prompt).split("Ben Ito:").length - 1}`);

test("each line gets an answer, as plain text", async () => {
  expect(await answersTo(["hi", "and?", "", "hi again"], { json: false })).toBe(
    "heard 1\nheard 2\nheard 1\n",
  );
});

test("with JSON, conversations go on by their ids, and plain lines have one of their own", async () => {
  const lines = [
    '{"conversation":"x","text":"one"}',
    '{"conversation":"y","text":"one"}',
    '{"conversation":"x","text":"two"}',
    "plain",
    '{"text":"plain too"}',
    '{"conversation":"x","text":""}',
    '{"conversation":"x","text":"anew"}',
  ];
  const answers = (await answersTo(lines))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const of = (id: string) => answers.filter(({ conversation }) => conversation === id);

  expect(of("x").map(({ prompt, bubbles }) => [prompt, ...bubbles])).toEqual([
    ["one", "heard 1"],
    ["two", "heard 2"],
    ["anew", "heard 1"],
  ]);
  expect(of("y").map(({ bubbles }) => bubbles)).toEqual([["heard 1"]]);
  expect(of("lines").map(({ bubbles }) => bubbles)).toEqual([["heard 1"], ["heard 2"]]);
  expect(answers[0]).toMatchObject({
    milliseconds: expect.any(Number),
    outcome: { ending: "said", bubbles: 1, candidates: [{ tokens: expect.any(Number) }] },
  });
});

test("conversations do not wait for each other", async () => {
  let goOn = () => {};
  const isOpen = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  class Engine extends ScriptedEngine {
    override async *generate(...asked: Parameters<ScriptedEngine["generate"]>) {
      if (asked[1].conversation === "slow") await isOpen;
      else goOn();
      yield* super.generate(...asked);
    }
  }
  const lines = ['{"conversation":"slow","text":"hi"}', '{"conversation":"quick","text":"hi"}'];
  const answers = (await answersTo(lines, { engine: new Engine(countsTurns) })).trim().split("\n");

  expect(answers.map((line) => JSON.parse(line).conversation)).toEqual(["quick", "slow"]);
});

test.each([
  ['{"conversation":"x","txt":"hi"}', "Line 2 begins as JSON, but is no message"],
  ['{"conversation":"","text":"hi"}', "Line 2 begins as JSON, but is no message"],
  ['{"conversation":"x","text":', "Line 2 begins as JSON, but is no message"],
])("%s is refused, after what came before it was answered", async (line, problem) => {
  const out: string[] = [];
  await expect(answersTo(["hi", line], { out })).rejects.toThrow(problem);

  expect(JSON.parse(out.join("")).bubbles).toEqual(["heard 1"]);
});

test("what a model writes cannot move the cursor of whoever reads the pipe", async () => {
  const engine = new ScriptedEngine(() => idsOf("a\x1b[2Jb"));

  expect(await answersTo(["hi"], { json: false, engine })).toBe("a [2Jb\n");
});

async function answersTo(
  lines: string[],
  { json = true, engine = new ScriptedEngine(countsTurns), out = [] as string[] } = {},
): Promise<string> {
  const persona = personaWith(engine);
  const hear = vi.spyOn(process.stdout, "write").mockImplementation((part) => {
    out.push(String(part));
    return true;
  });
  try {
    await answerLines(persona, openTerminal({ json }), {
      input: Readable.from(lines.map((line) => `${line}\n`)),
      memories: new Memories({ persona: persona.name }),
      label: () => "Ben Ito",
      seed: 1,
    });
  } finally {
    hear.mockRestore();
  }
  return out.join("");
}
