import { expect, test } from "vitest";
import { type SpeakingFit, Style } from "../../../../src/handoffs/index.ts";
import { createFacts } from "../../../../src/prepare/facts/index.ts";
import { summariseStyle } from "../../../../src/prepare/report/style.ts";
import { type Silence, silenceOf } from "../../../../src/serve/index.ts";
import { turn } from "../../scripted-engine.ts";

const group = [turn("Ben Ito", "who is in?"), turn("Ana Lima", "me"), turn("Zoe", "me too")];
const pair = [turn("Ben Ito", "hi")];
const fit: SpeakingFit = {
  version: 1,
  threshold: 0.2,
  recentTurns: 2,
  turns: 400,
  spoken: 100,
  conversations: 20,
  balancedAccuracy: { model: 0.812, recency: 0.6 },
  seconds: 9,
};
const never = () => 1;

test("in a group it speaks from the learnt probability on, and says why it does not", async () => {
  const silence = silenceOf({ talkativeness: 1, style: undefined, fit, random: never });

  expect(await decide(silence, { chance: 0.21 })).toEqual({ type: "speak" });
  expect(await decide(silence, { chance: 0.19 })).toEqual({
    type: "silent",
    why: "its turn has a probability of 0.190, and it speaks from 0.200 on",
  });
  expect(silence.about).toBe(
    "In groups it speaks when addressed, or where the model gives its turn a probability of 0.200 or more. On 400 held-out turns, that is right in 81 %; to speak where it spoke recently, in 60 %.",
  );
});

test("whoever addresses it, or is alone with it, is answered without asking the model", async () => {
  const silence = silenceOf({ talkativeness: 0, style: undefined, fit, random: never });

  expect(await decide(silence, { isAddressed: true })).toEqual({ type: "speak" });
  expect(await decide(silence, { turns: pair })).toEqual({ type: "speak" });
});

test("talkativeness goes from only when addressed to always", async () => {
  const speaksAt = async (talkativeness: number, chance: number) =>
    (await decide(silenceOf({ talkativeness, style: undefined, fit, random: never }), { chance })).type;

  expect(await speaksAt(0, 1)).toBe("silent");
  expect(await speaksAt(0.5, 0.3)).toBe("silent");
  expect(await speaksAt(0.5, 0.5)).toBe("speak");
  expect(await speaksAt(1.5, 0.15)).toBe("speak");
  expect(await speaksAt(1.5, 0.05)).toBe("silent");
  expect(await speaksAt(2, 0)).toBe("speak");
});

test("where the engine cannot tell, it speaks where it has spoken recently", async () => {
  const silence = silenceOf({ talkativeness: 1, style: undefined, fit, random: never });

  expect(await decide(silence, {})).toEqual({ type: "speak" });
  const longAgo = [...group, turn("Ben Ito", "great")];
  expect(await decide(silence, { turns: longAgo })).toEqual({
    type: "silent",
    why: "it has not spoken lately",
  });
});

test("where the person reacted in place of words, it may too, with what they reacted with", async () => {
  const style = styleWith({
    inPairs: { turnsOfOthers: 100, unanswered: 40, share: 0.4, reacted: 10 },
    inGroups: { turnsOfOthers: 100, unanswered: 50, share: 0.5, reacted: 25 },
    reactions: [
      { emoji: "❤️", count: 3 },
      { emoji: "😂", count: 1 },
      { emoji: "other", count: 96 },
    ],
  });
  const drawing = (...draws: number[]) =>
    silenceOf({ talkativeness: 1, style, fit, random: () => draws.shift() ?? 1 });

  expect(await decide(drawing(0.09, 0.7), { turns: pair })).toEqual({ type: "react", emoji: "❤️" });
  expect(await decide(drawing(0.09, 0.8), { turns: pair })).toEqual({ type: "react", emoji: "😂" });
  expect(await decide(drawing(0.11, 0.8), { turns: pair })).toEqual({ type: "speak" });
  expect(await decide(drawing(0.49, 0), { chance: 0.1 })).toEqual({ type: "react", emoji: "❤️" });
  expect((await decide(drawing(0.51, 0), { chance: 0.1 })).type).toBe("silent");
});

test("without held-out turns of groups, the share of turns that the person answered stands in, and it is said", async () => {
  const style = styleWith({ inGroups: { turnsOfOthers: 100, unanswered: 70, share: 0.7 } });
  const silence = silenceOf({ talkativeness: 1, style, fit: undefined, random: never });

  expect((await decide(silence, { chance: 0.31 })).type).toBe("speak");
  expect((await decide(silence, { chance: 0.29 })).type).toBe("silent");
  expect(silence.about).toMatch(/probability of 0\.300 or more: no held-out turns of groups say better\.$/);
});

test.each([0, 2])(
  "of two turns of which %i were not answered, no threshold is learnt",
  async (unanswered) => {
    const style = styleWith({ inGroups: { turnsOfOthers: 2, unanswered, share: unanswered / 2 } });
    const silence = silenceOf({ talkativeness: 1, style, fit: undefined, random: never });

    expect((await decide(silence, { chance: 0.51 })).type).toBe("speak");
    expect((await decide(silence, { chance: 0.49 })).type).toBe("silent");
  },
);

function decide(
  silence: Silence,
  { turns = group, isAddressed = false, chance = undefined as number | undefined },
) {
  return silence.decide({ turns, isAddressed, chanceOfSpeaking: async () => chance });
}

type Silences = Pick<Style, "inPairs" | "inGroups"> & { reactions: Style["reactions"]["top"] };

function styleWith({ reactions = [], ...silences }: Partial<Silences>): Style {
  const nothing = summariseStyle(createFacts({ persona: "Ana Lima", timeZone: "UTC" }));
  return Style.parse({ ...nothing, ...silences, reactions: { messageShare: null, top: reactions } });
}
