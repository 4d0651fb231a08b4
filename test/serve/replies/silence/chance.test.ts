import { expect, test } from "vitest";
import type { Engine } from "../../../../src/serve/engines/index.ts";
import { chanceOfSpeaking } from "../../../../src/serve/replies/silence/chance.ts";
import { createTranscript } from "../../../../src/transcript/index.ts";
import { ScriptedEngine, tokenizer, turn } from "../../scripted-engine.ts";

const transcript = createTranscript({ tokenizer, rendering: "plain", persona: "Ana Lima" });
const turns = [turn("Ben Ito", "who is in?"), turn("Zoe", "me")];
const { label } = transcript.nextSpeaker(turns);

test("two names that begin alike are told apart: the whole label counts", async () => {
  const chances = (id: number) => Math.log(id === label[0] ? 0.5 : 0.1);
  const engine = new ScriptedEngine(() => [], { likelihoods: { inContext: chances, alone: chances } });

  expect(label.length).toBeGreaterThan(1);
  expect(await chanceOfSpeaking(engine, transcript, turns, {})).toBeCloseTo(0.5 * 0.1 ** (label.length - 1));
});

test("an engine that tells only what comes next is asked for one id after the other", async () => {
  const engine = {
    contextLength: 1024,
    score: async () => undefined,
    nextProbabilities: async (prompt: number[], [id]: number[]) => [
      id === label[0] ? 0.5 : prompt.length / 100,
    ],
  } satisfies Partial<Engine>;
  const { prompt } = transcript.nextSpeaker(turns);
  const expected = label.reduce(
    (product, _, index) => product * (index === 0 ? 0.5 : (prompt.length + index) / 100),
    1,
  );

  expect(await chanceOfSpeaking(engine, transcript, turns, {})).toBeCloseTo(expected);
  expect(await chanceOfSpeaking(new ScriptedEngine(() => []), transcript, turns, {})).toBeUndefined();
});

/** Refuses what does not fit, as llama.cpp does: a prompt as long as the context leaves no room. */
function engineOf(contextLength: number) {
  const prompts: number[][] = [];
  const engine = {
    contextLength,
    async score(prompt: number[], continuation: number[]) {
      if (prompt.length + continuation.length >= contextLength) throw new RangeError("too long");
      prompts.push(prompt);
      return continuation.map(() => 0);
    },
    nextProbabilities: async () => undefined,
  } satisfies Partial<Engine>;
  return { engine, prompts };
}

test.each([
  ["of one bubble", ["far too much ".repeat(200)]],
  ["of many bubbles", Array.from({ length: 200 }, () => "far too much")],
  ["without spaces", [`${"🦜".repeat(400)}too much`]],
])("a turn %s that is longer than the context is read from its end", async (_, bubbles) => {
  const { engine, prompts } = engineOf(100);

  expect(await chanceOfSpeaking(engine, transcript, [...turns, turn("Ben Ito", ...bubbles)], {})).toBe(1);
  expect(
    transcript
      .parse(prompts[0] ?? [])
      .at(-1)
      ?.bubbles.at(-1),
  ).toMatch(/too much$/);
});

test("what is as long as the context leaves out the oldest turn", async () => {
  const { prompt } = transcript.nextSpeaker(turns);
  const { engine, prompts } = engineOf(prompt.length + label.length);
  await chanceOfSpeaking(engine, transcript, turns, {});

  expect(transcript.parse(prompts[0] ?? [])).toEqual(turns.slice(1));
});

test("what does not fit into the context is left out, the oldest first", async () => {
  const { engine, prompts } = engineOf(100);
  const long = Array.from({ length: 50 }, (_, index) =>
    turn(index % 2 === 0 ? "Ben Ito" : "Zoe", `word ${index}`),
  );
  await chanceOfSpeaking(engine, transcript, long, {});

  expect(prompts[0]?.length).toBeLessThan(100);
  expect(transcript.parse(prompts[0] ?? []).at(-1)?.bubbles).toEqual(["word 49"]);
});
