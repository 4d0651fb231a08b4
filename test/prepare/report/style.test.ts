import { expect, test } from "vitest";
import { Style } from "../../../src/handoffs/index.ts";
import {
  createFacts,
  type ObservedMessage,
  type ObservedThread,
  observeConversation,
} from "../../../src/prepare/facts/index.ts";
import { summariseStyle } from "../../../src/prepare/report/style.ts";
import { at, pair, persona } from "../facts/conversations.ts";

test("a small conversation gives the delays, bubbles and habits that one counts by hand", () => {
  const style = styleOf(pair("ben"), [
    at(0, "Ben", "are you coming?"),
    at(5, persona, "yes!"), // 5 s after Ben
    at(8, persona, "in ten minutes"), // 3 s after the bubble before
    at(100, "Ben", "ok"),
    at(101, "Ben", "bring water", { reactions: [{ emoji: "❤", actor: persona }] }),
    at(201, persona, "Sure 😂😂"), // 100 s after Ben's last bubble
    at(300, "Ben", "bye"),
  ]);

  expect(style).toMatchObject({ conversations: 1, messages: 3, turns: 2 });
  expect(binsOf(style.replyDelaySeconds.overall.counts, style.edges.delaySeconds)).toEqual({ 4: 1, 96: 1 });
  expect(binsOf(style.bubblesATurn.counts, style.edges.bubbles)).toEqual({ 1: 1, 2: 1 });
  expect(binsOf(style.charactersAMessage.counts, style.edges.characters)).toEqual({ 4: 1, 6: 1, 12: 1 });
  expect(style.endings).toMatchObject({ exclamation: 0.3333, none: 0.3333, emoji: 0.3333, period: 0 });
  expect(style.lowerCaseStartShare).toBe(0.6667);
  expect(style.emoji).toMatchObject({ messageShare: 0.3333, top: [{ emoji: "😂", count: 2 }] });
  // Ben wrote four messages; one got a heart.
  expect(style.reactions).toEqual({ messageShare: 0.25, top: [{ emoji: "❤️", count: 1 }] });
});

test("delays are kept by the hour, by the silence before, and by the length of the next bubble", () => {
  const style = styleOf(pair("ben"), [
    at(0, "Ben", "hi"),
    at(5, persona, "yes!"),
    at(8, persona, "in ten minutes"),
    at(7_208, "Ben", "where are you"), // 7,200 s of silence; 14:00:08
    at(7_268, persona, "here"),
  ]);
  const { byHour, bySilence } = style.replyDelaySeconds;
  const filled = (each: { delay: { count: number } }[]) =>
    each.flatMap(({ delay }, index) => (delay.count > 0 ? [index] : []));

  expect(byHour.flatMap(({ count }, hour) => (count > 0 ? [hour] : []))).toEqual([12, 14]);
  // Nothing is known of the silence before a thread's first turn.
  expect(filled(bySilence).map((index) => bySilence[index]?.fromSeconds)).toEqual([3_600]);
  expect(
    filled(style.bubbleDelaySeconds).map((index) => style.bubbleDelaySeconds[index]?.fromCharacters),
  ).toEqual([11]);
});

test("the silence before a conversation is measured from the one before it in the thread", () => {
  const facts = createFacts({ persona, timeZone: "UTC" });
  observeConversation(facts, pair("ben"), [at(0, persona, "bye")]);
  observeConversation(facts, pair("ben"), [at(90_000, "Ben", "hi"), at(90_060, persona, "hey")]);
  const { bySilence } = summariseStyle(facts).replyDelaySeconds;

  expect(bySilence.find(({ delay }) => delay.count === 1)?.fromSeconds).toBe(86_400);
});

test("what follows a friend's message is counted by its length: they go on, another speaks, or nobody does", () => {
  const style = styleOf({ ...pair("all"), isGroup: true }, [
    at(0, "Ben", "hi"),
    at(7, "Ben", "are you coming?"), // Ben went on after 7 s
    at(30, persona, "yes!"), // and was answered after 23
    at(40, "Ben", "", { kind: "media" }),
    at(52, "Zoë", "ok"), // another took the turn after 12 s; after this, nobody spoke
  ]);
  const filled = (counts: number[]) => Object.keys(binsOf(counts, style.edges.delaySeconds)).map(Number);
  const pauses = (style.friendPauseSeconds ?? []).flatMap(({ fromCharacters, again, ended }) =>
    filled(again).length + filled(ended).length > 0
      ? [{ fromCharacters, again: filled(again), ended: filled(ended) }]
      : [],
  );

  expect(pauses).toEqual([
    { fromCharacters: 1, again: [6], ended: [12, 1_048_576] },
    { fromCharacters: 11, again: [], ended: [16] },
  ]);
});

test("a reaction in place of words is told from silence", () => {
  const heart = { reactions: [{ emoji: "❤", actor: persona }] };
  const style = styleOf(pair("ben"), [
    at(0, "Ben", "look", heart),
    at(5, persona, "wow"),
    at(60, "Ben", "bye", heart),
    at(61, "Ben", "see you"),
  ]);

  expect(style.inPairs).toEqual({ turnsOfOthers: 2, unanswered: 1, share: 0.5, reacted: 1 });
});

test("a picture answers, but is no bubble", () => {
  const style = styleOf(pair("ben"), [
    at(0, "Ben", "", { kind: "media" }),
    at(4, persona, "wow"),
    at(10, "Ben", "?"),
    at(20, persona, "", { kind: "sticker" }),
    at(25, "Ben", "", { kind: "service" }),
    at(26, "Ben", " \n"),
  ]);

  expect(style.replyDelaySeconds.overall.count).toBe(2);
  expect(style.bubblesATurn.count).toBe(1);
  expect(style.inPairs).toEqual({ turnsOfOthers: 2, unanswered: 0, share: 0, reacted: 0 });
});

test("in groups, turns that somebody else follows are silence of the persona", () => {
  const style = styleOf({ ...pair("all"), isGroup: true }, [
    at(0, "Ben", "who is in?"),
    at(5, "Zoë", "me"),
    at(6, "Zoë", "and Kofi"),
    at(9, persona, "me too"),
    at(12, "Ben", "great"),
  ]);

  expect(style.inGroups).toEqual({ turnsOfOthers: 3, unanswered: 2, share: 0.6667, reacted: 0 });
  expect(style.inPairs.share).toBeNull();
});

test("style.json holds no word that anybody wrote, and fits its schema", () => {
  const style = styleOf(pair("zanzibar"), [
    at(0, "Ben", "hippopotamus?"),
    at(3, persona, "Rhinoceros rhinoceros 🦏"),
  ]);
  const text = JSON.stringify(style);

  for (const word of ["hippopotamus", "hinoceros", "zanzibar", "Ben"]) expect(text).not.toContain(word);
  expect(Style.parse(JSON.parse(text))).toEqual(style);
});

test("a persona who never wrote has a style of nothing", () => {
  const style = styleOf(pair("ben"), [at(0, "Ben", "hello?")]);

  expect(Style.parse(style)).toMatchObject({ messages: 0, lowerCaseStartShare: null });
  expect(style.replyDelaySeconds.overall.quantiles).toBeNull();
  expect(style.emoji.messageShare).toBe(0);
});

function styleOf(thread: ObservedThread, conversation: ObservedMessage[]): Style {
  const facts = createFacts({ persona, timeZone: "UTC" });
  observeConversation(facts, thread, conversation);
  return summariseStyle(facts);
}

/** The filled bins by their lower edge. */
function binsOf(counts: number[], edges: number[]): Record<number, number> {
  return Object.fromEntries(counts.flatMap((count, bin) => (count > 0 ? [[edges[bin], count]] : [])));
}
