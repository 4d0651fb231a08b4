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

test("what does not fit into the context is left out, the oldest first", async () => {
  const prompts: number[][] = [];
  const engine = {
    contextLength: 100,
    async score(prompt: number[], continuation: number[]) {
      prompts.push(prompt);
      return continuation.map(() => 0);
    },
    nextProbabilities: async () => undefined,
  } satisfies Partial<Engine>;
  const long = Array.from({ length: 50 }, (_, index) =>
    turn(index % 2 === 0 ? "Ben Ito" : "Zoe", `word ${index}`),
  );
  await chanceOfSpeaking(engine, transcript, long, {});

  expect(prompts[0]?.length).toBeLessThan(100);
  expect(transcript.parse(prompts[0] ?? []).at(-1)?.bubbles).toEqual(["word 49"]);
});
