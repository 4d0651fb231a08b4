import type { MessageKind, Reaction } from "../../handoffs.ts";
import { emojiIn } from "./emoji.ts";
import { bubbleEdges, type Facts, hourEdges, silenceEdges, type ThreadFacts } from "./facts.ts";
import { binOf, characterEdges, count, durationEdges, typingEdges } from "./histogram.ts";
import { localClock } from "./local-time.ts";
import { observeText } from "./observe-text.ts";
import { threadNumber } from "./thread-number.ts";
import { countWords, pruneWords } from "./words.ts";

/** One message as prepare sees it, redacted already. */
export interface ObservedMessage {
  sender: string;
  isPersona: boolean;
  /** Unix time in milliseconds. */
  sentAt: number | null;
  text: string;
  kind: MessageKind;
  reactions: Reaction[];
}

export interface ObservedThread {
  id: string;
  title: string;
  isGroup: boolean;
  section: string;
}

/**
 * Counts one conversation: all its entries, oldest first.
 *
 * Conversations of a thread are best observed in their order: the silence before a conversation's first turn is measured
 * from the thread's latest message so far.
 */
export function observeConversation(
  facts: Facts,
  thread: ObservedThread,
  conversation: ObservedMessage[],
): void {
  const number = threadNumber(thread.id);
  const threadFacts = threadOf(facts, String(number), thread);
  const turns = turnsOf(conversation);
  const { counts } = facts;

  const isSampled = isSampledForWords(threadFacts);
  counts.conversations++;
  threadFacts.conversations++;
  observeAnswers(thread.isGroup ? counts.inGroups : counts.inPairs, turns);
  observeRhythm(facts, turns, threadFacts.lastAt);
  for (const message of conversation) {
    if (!isAnswer(message)) continue;
    observeReactions(facts, message);
    if (message.kind !== "text") continue;
    observeMessage(facts, threadFacts, message);
    if (isSampled) observeWords(facts, threadFacts, number, message);
  }
  if (isSampled) pruneWords(facts.words);
}

/** Words of a thread that are all counted; later ones are counted in one conversation of `laterConversations`. */
const wordsCountedFirst = 5_000;
const laterConversations = 8;

/** Counting words takes as long as counting all else, and more of them would not change what is typical. */
function isSampledForWords({ words, conversations }: ThreadFacts): boolean {
  return words < wordsCountedFirst || conversations % laterConversations === 0;
}

function threadOf({ threads }: Facts, key: string, thread: ObservedThread): ThreadFacts {
  const known = Object.hasOwn(threads, key) ? threads[key] : undefined;
  if (known !== undefined) return known;
  const { title, isGroup, section } = thread;
  const counted = { conversations: 0, personaMessages: 0, othersMessages: 0, words: 0 };
  const fresh: ThreadFacts = { title, isGroup, section, ...counted, firstAt: null, lastAt: null };
  threads[key] = fresh;
  return fresh;
}

/** What one person sent in a row: words, pictures and all else that answers. */
interface ObservedTurn {
  isPersona: boolean;
  sender: string;
  entries: ObservedMessage[];
}

/** Not calls, Messenger's own sentences, what was taken back, or text without a letter to see. */
function isAnswer({ kind, text }: ObservedMessage): boolean {
  if (kind === "text") return text.trim() !== "";
  return kind === "media" || kind === "sticker" || kind === "share" || kind === "poll";
}

function turnsOf(conversation: ObservedMessage[]): ObservedTurn[] {
  const turns: ObservedTurn[] = [];
  let turn: ObservedTurn | undefined;
  for (const entry of conversation) {
    if (!isAnswer(entry)) continue;
    if (turn?.sender !== entry.sender) {
      turn = { isPersona: entry.isPersona, sender: entry.sender, entries: [] };
      turns.push(turn);
    }
    turn.entries.push(entry);
  }
  return turns;
}

function observeAnswers(answered: { turns: number; answered: number }, turns: ObservedTurn[]): void {
  for (const [index, { isPersona }] of turns.entries()) {
    if (isPersona) continue;
    answered.turns++;
    if (turns[index + 1]?.isPersona) answered.answered++;
  }
}

/** Bubbles a turn, and the delays before turns and between bubbles. */
function observeRhythm(facts: Facts, turns: ObservedTurn[], lastAt: number | null): void {
  let silenceFrom = lastAt;
  let previous: ObservedTurn | undefined;
  for (const turn of turns) {
    const voice = facts.counts[turn.isPersona ? "persona" : "others"];
    const bubbles = turn.entries.filter(({ kind }) => kind === "text");
    if (bubbles.length > 0) {
      voice.turns++;
      count(voice.bubbles, bubbleEdges, bubbles.length);
    }
    if (turn.isPersona) observeBubbleDelays(facts, bubbles);
    if (previous !== undefined) observeReply(facts, previous, turn, silenceFrom);
    silenceFrom = previous === undefined ? silenceFrom : timeOf(previous.entries.at(-1));
    previous = turn;
  }
}

function observeBubbleDelays({ counts }: Facts, bubbles: ObservedMessage[]): void {
  for (const [index, bubble] of bubbles.entries()) {
    const seconds = secondsBetween(timeOf(bubbles[index - 1]), timeOf(bubble));
    if (seconds === undefined) continue;
    const lengthClass = binOf(typingEdges, charactersOf(bubble.text));
    count(counts.bubbleDelayByCharacters[lengthClass] as number[], durationEdges, seconds);
  }
}

/** `silenceFrom` is when somebody last wrote before the turn that is answered. */
function observeReply(
  { counts, timeZone }: Facts,
  asked: ObservedTurn,
  reply: ObservedTurn,
  silenceFrom: number | null,
): void {
  const askedAt = timeOf(asked.entries.at(-1));
  const seconds = secondsBetween(askedAt, timeOf(reply.entries[0]));
  if (askedAt === null || seconds === undefined) return;
  count(counts[reply.isPersona ? "persona" : "others"].replyDelay, durationEdges, seconds);
  if (!reply.isPersona) return;

  const { hour } = localClock(timeZone)(askedAt);
  count(counts.replyDelayByHour[hour] as number[], durationEdges, seconds);
  const silence = secondsBetween(silenceFrom, timeOf(asked.entries[0]));
  if (silence === undefined) return;
  count(counts.replyDelayBySilence[binOf(silenceEdges, silence)] as number[], durationEdges, seconds);
}

const [earliest, latest] = [Date.UTC(2000, 0), Date.UTC(2100, 0)];

/** A time that can be one: exports hold zeros and far futures. */
function timeOf(message: ObservedMessage | undefined): number | null {
  const sentAt = message?.sentAt ?? null;
  return sentAt !== null && sentAt >= earliest && sentAt < latest ? sentAt : null;
}

/** Undefined where a time is not known; clocks that ran backwards make no time pass. */
function secondsBetween(from: number | null, to: number | null): number | undefined {
  return from === null || to === null ? undefined : Math.max(0, to - from) / 1000;
}

/** Reactions are the export's own strings: what is no emoji is not counted by name. */
function observeReactions({ counts, persona }: Facts, { isPersona, reactions }: ObservedMessage): void {
  if (isPersona) return;
  counts.reactableEntries++;
  if (reactions.length === 0) return;
  const own = reactions.filter(({ actor }) => actor === persona);
  if (own.length > 0) counts.reactedEntries++;
  for (const { emoji } of own) tally(counts.reactions, emojiIn(emoji)[0] ?? "other");
}

function observeMessage({ counts, timeZone }: Facts, thread: ThreadFacts, message: ObservedMessage): void {
  const { isPersona, text } = message;
  const voice = counts[isPersona ? "persona" : "others"];
  voice.messages++;
  thread[isPersona ? "personaMessages" : "othersMessages"]++;
  count(voice.characters, characterEdges, charactersOf(text));
  if (isPersona) observeText(counts, text);
  observeTime(counts, timeZone, thread, message);
}

/** Code points; `text.length` is dear to correct only where it can be wrong. */
function charactersOf(text: string): number {
  return /[\ud800-\udbff]/.test(text) ? [...text].length : text.length;
}

function observeTime(
  counts: Facts["counts"],
  timeZone: string,
  thread: ThreadFacts,
  message: ObservedMessage,
): void {
  const sentAt = timeOf(message);
  if (sentAt === null) return;
  thread.firstAt = Math.min(thread.firstAt ?? sentAt, sentAt);
  thread.lastAt = Math.max(thread.lastAt ?? sentAt, sentAt);
  const { day, weekday, hour } = localClock(timeZone)(sentAt);
  counts.days[day] ??= [0, 0];
  counts.days[day][message.isPersona ? 0 : 1]++;
  if (message.isPersona) count(counts.weekHours, hourEdges, weekday * 24 + hour);
}

/** Short, as they stand beside each word. Two threads that share one are taken for one, which can only hide a word. */
const threadMarks = 65_535;

function observeWords(
  { counts, words }: Facts,
  thread: ThreadFacts,
  threadKey: number,
  { isPersona, text }: ObservedMessage,
): void {
  const counted = countWords(words, text, isPersona ? 0 : 1, 1 + (threadKey % threadMarks));
  counts[isPersona ? "persona" : "others"].words += counted;
  thread.words += counted;
}

function tally(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
