import type { Turn } from "../../handoffs/index.ts";
import { labelAmong } from "./labels.ts";
import { isUnchanged, keptApart, type Remembered, startOfAnswer } from "./remembered.ts";
import { withoutInvisible } from "./visible.ts";

/**
 * Opens the masks of one conversation: what friends write becomes what training shows of such words, one text after the
 * other. `speakers` are the labels of those who have spoken.
 */
export type OpenMask = () => (words: string, speakers: string[]) => string;

/** Is told of each change, to keep it. */
interface Keeper {
  add(bubble: Remembered, all: Remembered[]): void;
  replace(all: Remembered[]): void;
}

interface MemoryOptions {
  /** Names it, so that its evaluated prefix is found again. */
  id: string;
  persona: string;
  openMask?: OpenMask | undefined;
  keeper?: Keeper | undefined;
  /** Told that words were erased: nothing that was made of them may stay. */
  onErased?: (() => void) | undefined;
  now?: () => number;
}

const unmasked: OpenMask = () => (words) => words;

/** More than any context holds. */
const maxBubbles = 1000;
const maxCharacters = 32_000;
/** The masks see as much again before what is kept: what begins there may go on in it. */
const maxMasked = 2 * maxCharacters;

/** What was said in one conversation. */
export class Memory {
  readonly id: string;
  readonly #persona: string;
  #openMask: OpenMask;
  readonly #keeper: Keeper | undefined;
  readonly #onErased: () => void;
  readonly #now: () => number;
  #mask: ReturnType<OpenMask>;
  #bubbles: Remembered[] = [];
  /** Heard since the last answer was begun: it knows nothing of them. */
  #heardMeanwhile: WeakSet<Remembered> | undefined;

  constructor({
    id,
    persona,
    openMask = unmasked,
    keeper,
    onErased = () => {},
    now = Date.now,
  }: MemoryOptions) {
    this.id = id;
    this.#persona = persona;
    this.#openMask = openMask;
    this.#keeper = keeper;
    this.#onErased = onErased;
    this.#now = now;
    this.#mask = openMask();
  }

  /** What one person sent in a row is one turn. */
  get turns(): Turn[] {
    return this.turnsSince(0);
  }

  /** The turns without the oldest bubbles. */
  turnsSince(dropped: number): Turn[] {
    const turns: Turn[] = [];
    for (const { speaker, words } of this.#bubbles.slice(dropped)) {
      const isPersona = speaker === undefined;
      const last = turns.at(-1);
      if (last?.isPersona === isPersona && (isPersona || last.speaker === speaker)) last.bubbles.push(words);
      else turns.push({ speaker: speaker ?? this.#persona, isPersona, bubbles: [words] });
    }
    return turns;
  }

  /**
   * Adds what somebody sent.
   *
   * @param from Who that is where they write.
   * @param message The message that it is there.
   * @returns Whether anything is left of it that training would show.
   */
  hear(speaker: string, words: string, from?: string, message?: string): boolean {
    const label = this.#labelOf(speaker, from);
    const masked = this.#masked(withoutInvisible(words), label).slice(-maxCharacters);
    return this.#add({
      at: this.#now(),
      speaker: label,
      ...(from !== undefined && { from }),
      ...(message !== undefined && { message }),
      words: masked,
    });
  }

  /** Adds what the persona said. */
  say(bubble: string, message?: string): void {
    // What it asks for, such as a password, is masked in the answer.
    this.#masked(bubble, this.#persona);
    this.#add({ at: this.#now(), ...(message !== undefined && { message }), words: bubble });
  }

  /** Adds what the persona said long ago, as somebody who quotes it brings it up again. */
  quote(bubble: string, message: string): void {
    this.#append({ at: this.#now(), message, words: bubble.toWellFormed() });
  }

  /** What the persona said last, where nobody has spoken since. */
  get lastSaid(): Remembered[] {
    const last = this.#bubbles.length - 1;
    return this.newest?.speaker === undefined ? this.#bubbles.slice(startOfAnswer(this.#bubbles, last)) : [];
  }

  /** What the persona said in a row, one message of it being that; undefined where it is not remembered. */
  answerWith(message: string): string[] | undefined {
    const at = this.#bubbles.findIndex((bubble) => bubble.message === message);
    if (at < 0 || this.#bubbles[at]?.speaker !== undefined) return undefined;
    const from = startOfAnswer(this.#bubbles, at);
    const isOver = ({ speaker, isApart }: Remembered, index: number) =>
      index > at && (speaker !== undefined || isApart === true);
    const end = this.#bubbles.findIndex(isOver);
    return this.#bubbles.slice(from, end < 0 ? undefined : end).map(({ words }) => words);
  }

  /** What others said since the persona spoke last. */
  get lastHeard(): Remembered[] {
    return this.#bubbles.slice(this.#bubbles.findLastIndex(({ speaker }) => speaker === undefined) + 1);
  }

  /** Whether a message was heard since the persona spoke last, and nobody has decided what becomes of it. */
  isUnsettled(message: string): boolean {
    return this.lastHeard.some((bubble) => bubble.message === message && !bubble.isSettled);
  }

  /** It is decided what becomes of messages, also after a restart: where they were left unanswered, they are so for good. */
  settle(messages: ReadonlySet<string>): void {
    const isDecided = ({ message = "", isSettled }: Remembered) => messages.has(message) && !isSettled;
    const decided = new Set(this.lastHeard.filter(isDecided));
    if (decided.size === 0) return;
    this.#bubbles = this.#bubbles.map((bubble) =>
      decided.has(bubble) ? this.#changed(bubble, { isSettled: true }) : bubble,
    );
    this.#keeper?.replace(this.#bubbles);
  }

  /** Whether anything is remembered of somebody. */
  knows(from: string): boolean {
    return this.#bubbles.some((bubble) => bubble.from === from);
  }

  /** Forgets what the persona said last, where nobody has spoken since, and returns it. */
  takeBack(): Remembered[] {
    const taken = this.lastSaid;
    this.#leave((all) => all.slice(0, all.length - taken.length));
    return taken;
  }

  /** What the persona says from now on answers what was heard so far: what is heard meanwhile follows it. */
  beginAnswer(): void {
    this.#heardMeanwhile = new WeakSet();
  }

  /** How many bubbles came after a message; undefined where it is not remembered. */
  bubblesSince(message: string): number | undefined {
    const at = this.#bubbles.findLastIndex((bubble) => bubble.message === message);
    return at < 0 ? undefined : this.#bubbles.length - 1 - at;
  }

  /** The last bubble; undefined where there is none. */
  get newest(): Remembered | undefined {
    return this.#bubbles.at(-1);
  }

  /** Somebody has changed a message; returns false where it says the same as before, or is not remembered. */
  edit(message: string, words: string): boolean {
    const before = this.#bubbles.find((bubble) => bubble.message === message);
    if (before?.speaker === undefined) return false;
    const masked = this.#masked(withoutInvisible(words), before.speaker).slice(-maxCharacters).toWellFormed();
    if (masked === before.words) return false;
    this.change((all) =>
      all.flatMap((bubble) => {
        if (bubble.message !== message) return bubble;
        return masked.trim() === "" ? [] : this.#changed(bubble, { words: masked });
      }),
    );
    return true;
  }

  /** Forgets messages; returns how many bubbles that were. */
  forgetMessages(messages: ReadonlySet<string>): number {
    return this.change((all) => all.filter(({ message }) => message === undefined || !messages.has(message)));
  }

  /** Forgets everything, at once: what is kept and could not be read too. */
  reset(): void {
    this.recall([]);
    this.#keeper?.replace([]);
    this.#onErased();
  }

  /** Forgets the oldest bubbles for good. */
  drop(bubbles: number): void {
    this.#leave((all) => all.slice(bubbles));
  }

  /** Forgets the beginning of the oldest bubble for good. */
  shortenOldest(words: string): void {
    this.#leave(([oldest, ...others]) => (oldest === undefined ? [] : [{ ...oldest, words }, ...others]));
  }

  /** Erases all but what is left of it; returns how many bubbles are gone. */
  change(whatIsLeft: (all: Remembered[]) => Remembered[]): number {
    const before = this.#bubbles;
    const gone = this.#leave(whatIsLeft);
    if (this.#bubbles !== before) this.#onErased();
    return gone;
  }

  /** Masks what is heard from now on in another way. */
  maskWith(openMask: OpenMask = unmasked): void {
    this.#openMask = openMask;
    this.#mask = openMask();
  }

  /** Remembers what was kept. */
  recall(bubbles: Remembered[]): void {
    this.#bubbles = bubbles;
    // Masks know each number that they have met: they are forgotten too, and counted from the start.
    this.#mask = this.#openMask();
  }

  #leave(whatIsLeft: (all: Remembered[]) => Remembered[]): number {
    const before = this.#bubbles;
    const left = keptApart(before, whatIsLeft(before));
    // Whoever forgets nothing keeps what the masks know, such as that a password was asked for.
    if (isUnchanged(before, left)) return 0;
    this.recall(left);
    this.#keeper?.replace(left);
    return before.length - left.length;
  }

  #masked(words: string, label: string): string {
    const speakers = new Set(this.#bubbles.map((bubble) => bubble.speaker ?? this.#persona)).add(label);
    return this.#mask(words.slice(-maxMasked), [...speakers]);
  }

  #add(bubble: Remembered): boolean {
    const words = bubble.words.toWellFormed();
    if (words.trim() === "") return false;
    const added = { ...bubble, words };
    if (bubble.speaker !== undefined) this.#heardMeanwhile?.add(added);
    const meanwhile = bubble.speaker === undefined ? this.#firstHeardMeanwhile() : -1;
    if (meanwhile === -1) this.#append(added);
    else {
      this.#bubbles = this.#bubbles.toSpliced(meanwhile, 0, added);
      this.#keeper?.replace(this.#bubbles);
    }
    if (this.#bubbles.length > maxBubbles) this.drop(Math.ceil(maxBubbles / 3));
    return true;
  }

  #append(bubble: Remembered): void {
    this.#bubbles = [...this.#bubbles, bubble];
    this.#keeper?.add(bubble, this.#bubbles);
  }

  /** A bubble of which something is different; what was heard meanwhile still was. */
  #changed(bubble: Remembered, difference: Partial<Remembered>): Remembered {
    const changed = { ...bubble, ...difference };
    if (this.#heardMeanwhile?.has(bubble)) this.#heardMeanwhile.add(changed);
    return changed;
  }

  #firstHeardMeanwhile(): number {
    return this.#bubbles.findIndex((bubble) => this.#heardMeanwhile?.has(bubble));
  }

  /** Another run may call somebody otherwise. */
  #labelOf(speaker: string, from: string | undefined): string {
    if (from === undefined) return speaker;
    const { label, before } = labelAmong(this.#bubbles, { speaker, from });
    if (before !== undefined && before !== label) this.#rename(from, label);
    return label;
  }

  #rename(from: string, speaker: string): void {
    this.#leave((all) =>
      all.map((bubble) => (bubble.from === from ? this.#changed(bubble, { speaker }) : bubble)),
    );
  }
}
