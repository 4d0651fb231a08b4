import type { Gap, MessageKind, Reaction } from "../../handoffs/index.ts";
import { hasInk } from "../conversations/index.ts";
import { emojiIn } from "./emoji.ts";
import { type AnsweredTurns, bubbleEdges, type Facts, silenceEdges, type ThreadFacts } from "./facts.ts";
import { binOf, characterEdges, count, durationEdges, typingEdges } from "./histogram.ts";
import { type LocalTime, localClock } from "./local-time.ts";
import { observeText } from "./observe-text.ts";
import { threadNumber } from "./thread-number.ts";
import { countWords, pruneWords } from "./words.ts";

/** One message as prepare sees it, redacted already. */
export interface ObservedMessage {
  sender: string;
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

/** Hears of each gap as it is counted. */
type OnGap = (gap: Gap) => void;

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
  onGap?: OnGap,
): void {
  const number = threadNumber(thread.id);
  const threadFacts = threadOf(facts, String(number), thread);
  const turns = turnsOf(conversation, facts.persona);
  const { counts } = facts;

  const isSampled = isSampledForWords(threadFacts);
  counts.conversations++;
  threadFacts.conversations++;
  observeAnswers(thread.isGroup ? counts.inGroups : counts.inPairs, turns, facts.persona);
  observeRhythm(facts, turns, threadFacts.lastAt, onGap);
  for (const { isPersona, entries, bubbles } of turns) {
    if (!isPersona) for (const entry of entries) observeReactions(facts, entry);
    for (const bubble of bubbles) observeMessage(facts, threadFacts, bubble, isPersona);
    if (isSampled) for (const { text } of bubbles) observeWords(facts, threadFacts, number, text, isPersona);
  }
  if (isSampled) facts.words = pruneWords(facts.words);
}

/** Words of a thread that are all counted; later ones are counted in one conversation of `laterConversations`. */
export const wordsCountedFirst = 2_000;
export const laterConversations = 32;

/** Counting all words takes longer than counting all else, and more of them would not change what is typical. */
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
  /** The entries that are text. */
  bubbles: ObservedMessage[];
}

/** Not calls, Messenger's own sentences, what was taken back, or text without a letter to see. */
function isAnswer({ kind, text }: ObservedMessage): boolean {
  if (kind === "text") return hasInk(text);
  return kind === "media" || kind === "sticker" || kind === "share" || kind === "poll";
}

function turnsOf(conversation: ObservedMessage[], persona: string): ObservedTurn[] {
  const turns: ObservedTurn[] = [];
  let turn: ObservedTurn | undefined;
  for (const entry of conversation) {
    if (!isAnswer(entry)) continue;
    if (turn?.sender !== entry.sender) {
      turn = { isPersona: entry.sender === persona, sender: entry.sender, entries: [], bubbles: [] };
      turns.push(turn);
    }
    turn.entries.push(entry);
    if (entry.kind === "text") turn.bubbles.push(entry);
  }
  return turns;
}

function observeAnswers(answered: AnsweredTurns, turns: ObservedTurn[], persona: string): void {
  let isAnswered = false;
  for (let index = turns.length - 1; index >= 0; index--) {
    const { isPersona, entries } = turns[index] as ObservedTurn;
    if (!isPersona) {
      answered.turns++;
      if (isAnswered) answered.answered++;
      else if (entries.some(({ reactions }) => reactions.some(({ actor }) => actor === persona)))
        answered.reacted++;
    }
    isAnswered = isPersona;
  }
}

/** Bubbles a turn, and the delays before turns and between bubbles. */
function observeRhythm(
  facts: Facts,
  turns: ObservedTurn[],
  lastAt: number | null,
  onGap: OnGap | undefined,
): void {
  let silenceFrom = lastAt;
  let previous: ObservedTurn | undefined;
  for (const turn of turns) {
    const voice = facts.counts[turn.isPersona ? "persona" : "others"];
    const { bubbles } = turn;
    if (bubbles.length > 0) {
      voice.turns++;
      count(voice.bubbles, bubbleEdges, bubbles.length);
    }
    if (turn.isPersona) observeBubbleDelays(facts, bubbles, onGap);
    if (previous?.isPersona === false) observePauses(facts, previous, turn, onGap);
    if (previous !== undefined) observeReply(facts, previous, turn, silenceFrom, onGap);
    silenceFrom = previous === undefined ? silenceFrom : timeOf(previous.entries.at(-1));
    previous = turn;
  }
  if (previous?.isPersona === false) observePauses(facts, previous, undefined, onGap);
}

/** How long somebody fell silent after each entry of a turn, and whether they went on. */
function observePauses(
  { counts }: Facts,
  { entries }: ObservedTurn,
  next: ObservedTurn | undefined,
  onGap: OnGap | undefined,
): void {
  for (const [index, entry] of entries.entries()) {
    const characters = charactersOf(entry.text);
    const pauses = counts.friendPauses[binOf(typingEdges, characters)];
    if (pauses === undefined) continue;
    const following = entries[index + 1];
    const end = following ?? next?.entries[0];
    const seconds = end === undefined ? durationEdges.at(-1) : secondsBetween(timeOf(entry), timeOf(end));
    if (seconds === undefined) continue;
    const isAgain = following !== undefined;
    count(isAgain ? pauses.again : pauses.ended, durationEdges, seconds);
    onGap?.({ kind: "pause", seconds, characters, isAgain });
  }
}

function observeBubbleDelays({ counts }: Facts, bubbles: ObservedMessage[], onGap: OnGap | undefined): void {
  for (let index = 1; index < bubbles.length; index++) {
    const bubble = bubbles[index] as ObservedMessage;
    const seconds = secondsBetween(timeOf(bubbles[index - 1]), timeOf(bubble));
    if (seconds === undefined) continue;
    const characters = charactersOf(bubble.text);
    const lengthClass = binOf(typingEdges, characters);
    onGap?.({ kind: "bubble", seconds, characters });
    count(counts.bubbleDelayByCharacters[lengthClass] as number[], durationEdges, seconds);
  }
}

/** `silenceFrom` is when somebody last wrote before the turn that is answered. */
function observeReply(
  { counts, timeZone }: Facts,
  asked: ObservedTurn,
  reply: ObservedTurn,
  silenceFrom: number | null,
  onGap: OnGap | undefined,
): void {
  const askedAt = timeOf(asked.entries.at(-1));
  const seconds = secondsBetween(askedAt, timeOf(reply.entries[0]));
  if (askedAt === null || seconds === undefined) return;
  count(counts[reply.isPersona ? "persona" : "others"].replyDelay, durationEdges, seconds);
  if (!reply.isPersona) return;

  const silence = secondsBetween(silenceFrom, timeOf(asked.entries[0]));
  onGap?.({ kind: "reply", seconds, askedAt, silenceSeconds: silence });
  const { hour } = localClock(timeZone)(askedAt);
  count(counts.replyDelayByHour[hour] as number[], durationEdges, seconds);
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
function observeReactions({ counts, persona }: Facts, { reactions }: ObservedMessage): void {
  counts.reactableEntries++;
  if (reactions.length === 0) return;
  const own = reactions.filter(({ actor }) => actor === persona);
  if (own.length > 0) counts.reactedEntries++;
  for (const { emoji } of own) tally(counts.reactions, emojiIn(emoji)[0] ?? "other");
}

function observeMessage(
  { counts, timeZone }: Facts,
  thread: ThreadFacts,
  message: ObservedMessage,
  isPersona: boolean,
): void {
  const { text } = message;
  const voice = counts[isPersona ? "persona" : "others"];
  voice.messages++;
  thread[isPersona ? "personaMessages" : "othersMessages"]++;
  count(voice.characters, characterEdges, charactersOf(text));
  if (isPersona) observeText(counts, text);
  const sentAt = timeOf(message);
  if (sentAt !== null) observeTime(counts, thread, sentAt, localClock(timeZone)(sentAt), isPersona);
}

/** Code points; `text.length` is dear to correct only where it can be wrong. */
function charactersOf(text: string): number {
  return /[\ud800-\udbff]/.test(text) ? [...text].length : text.length;
}

function observeTime(
  counts: Facts["counts"],
  thread: ThreadFacts,
  sentAt: number,
  { day, weekday, hour }: LocalTime,
  isPersona: boolean,
): void {
  thread.firstAt = Math.min(thread.firstAt ?? sentAt, sentAt);
  thread.lastAt = Math.max(thread.lastAt ?? sentAt, sentAt);
  counts.days[day] ??= [0, 0];
  counts.days[day][isPersona ? 0 : 1]++;
  if (isPersona) (counts.weekHours[weekday * 24 + hour] as number)++;
}

/** Short, as they stand beside each word. Two threads that share one are taken for one, which can only hide a word. */
const threadMarks = 65_535;

function observeWords(
  { counts, words }: Facts,
  thread: ThreadFacts,
  threadKey: number,
  text: string,
  isPersona: boolean,
): void {
  const counted = countWords(words, text, isPersona ? 0 : 1, 1 + (threadKey % threadMarks));
  counts[isPersona ? "persona" : "others"].words += counted;
  thread.words += counted;
}

function tally(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
