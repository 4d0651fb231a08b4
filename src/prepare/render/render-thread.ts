import type { MessageStore } from "../../handoffs/index.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import { createTranscript } from "../../transcript/index.ts";
import {
  type Conversation,
  countGap,
  createGapCounts,
  eachConversation,
  eachGap,
  isOutsideDates,
  isText,
  maxSilenceOf,
  openThread,
  outsideDates,
  type ThreadSource,
} from "../conversations/index.ts";
import { onlyOptedOutSpeak } from "../redaction/index.ts";
import {
  openSegmentWriter,
  type Segment,
  type SegmentWriter,
  type ThreadTask,
  tokenArrayOf,
} from "../segments/index.ts";
import type { Settings } from "../settings.ts";
import { createPrivacy, type Privacy, type PrivacyContext } from "./privacy.ts";
import { type ConversationRenderer, createConversationRenderer } from "./render-conversation.ts";
import { ThreadCounts } from "./thread-counts.ts";

export interface RenderedThread {
  /** The gaps between the thread's messages, where the task asked for its own rhythm. */
  gaps: number[] | undefined;
  /** Undefined where the thread's own gaps do not tell conversations apart. */
  segment: Segment | undefined;
}

/** What renders threads, one after the other. */
export interface ThreadRenderer {
  render(task: ThreadTask): Promise<RenderedThread>;
}

export interface RendererContext extends PrivacyContext {
  settings: Settings;
  store: MessageStore;
  tokenizer: Tokenizer;
  /** A thread with no more characters is kept in memory while it is rendered. */
  keptCharacters: number;
}

export function createThreadRenderer(context: RendererContext): ThreadRenderer {
  const { store, settings, tokenizer, keptCharacters } = context;
  const privacy = createPrivacy(context);
  const transcript = createTranscript({
    tokenizer,
    rendering: settings.rendering,
    persona: settings.persona,
  });
  const renderer = createConversationRenderer(settings, { labelOf: privacy.labelOf, transcript });
  const Tokens = tokenArrayOf(tokenizer);

  return {
    async render(task) {
      const source = await openThread(store, task.thread, keptCharacters);
      const gaps = task.maxSilenceMs === "own" ? await countGaps(source) : undefined;
      const maxSilenceMs = gaps === undefined ? (task.maxSilenceMs as number) : maxSilenceOf(gaps);
      const result: RenderedThread = { gaps: gaps && Array.from(gaps), segment: undefined };
      if (maxSilenceMs === undefined || task.file === undefined) return result;

      const writer = openSegmentWriter(task.file, Tokens);
      try {
        const counts = new ThreadCounts(task.thread, settings, privacy);
        await new ThreadRendering(task, { settings, privacy, renderer }, { counts, writer }).run(
          source,
          maxSilenceMs,
        );
        result.segment = writer.close(counts.facts, counts.finish());
      } catch (error) {
        writer.abandon();
        throw error;
      }
      return result;
    },
  };
}

async function countGaps(source: ThreadSource): Promise<Uint32Array> {
  const gaps = createGapCounts();
  await eachGap(source(), (gapMs) => countGap(gaps, gapMs));
  return gaps;
}

const onlyOptedOut = "conversations with nobody but people who opted out";

type OnConversation = (conversation: Conversation) => void;

/** A thread of few conversations keeps them all to learn from. */
const minConversations = 5;

type ConversationSettings = Pick<Settings, "persona" | "optedOut" | "since" | "until" | "maxConversations">;

class ThreadRendering {
  readonly #task: ThreadTask;
  readonly #settings: ConversationSettings;
  readonly #privacy: Privacy;
  readonly #renderer: ConversationRenderer;
  readonly #counts: ThreadCounts;
  readonly #writer: SegmentWriter;
  readonly #optedOut: ReadonlySet<string>;

  constructor(
    task: ThreadTask,
    {
      settings,
      privacy,
      renderer,
    }: { settings: ConversationSettings; privacy: Privacy; renderer: ConversationRenderer },
    { counts, writer }: { counts: ThreadCounts; writer: SegmentWriter },
  ) {
    this.#task = task;
    this.#settings = settings;
    this.#privacy = privacy;
    this.#renderer = renderer;
    this.#counts = counts;
    this.#writer = writer;
    this.#optedOut = new Set(settings.optedOut);
  }

  async run(source: ThreadSource, maxSilenceMs: number): Promise<void> {
    const [task, counts] = [this.#task, this.#counts];
    const { skip } = task;
    const cut = (onConversation: OnConversation) =>
      eachConversation(source(), { maxSilenceMs }, onConversation);
    if (skip !== undefined) return cut((conversation) => counts.exclude(skip, conversation));

    let usable = 0;
    await cut((conversation) => {
      const [inside] = this.#byDates(conversation);
      if (inside && this.#isUsable(inside)) usable++;
    });
    const heldOut = this.#countHeldOut(usable);
    let position = 0;
    await cut((conversation) => {
      const [inside, outside] = this.#byDates(conversation);
      if (outside) counts.exclude(outsideDates, outside);
      if (!inside) return;
      const isUsable = this.#isUsable(inside);
      const isHeldOut = usable - position - 1 < heldOut;
      this.#render(inside, this.#reasonToSkip(inside, isUsable, usable - position), isHeldOut);
      if (isUsable) position++;
    });
  }

  #render(typed: Conversation, reasonToSkip: string | undefined, isHeldOut: boolean): void {
    const conversation = { ...typed, messages: this.#privacy.apply(typed.messages) };
    // In groups, conversations without the persona say how often it is silent.
    if (reasonToSkip !== onlyOptedOut) this.#counts.observe(conversation);
    if (reasonToSkip !== undefined) this.#counts.exclude(reasonToSkip, typed);
    else this.#write(conversation, isHeldOut);
  }

  /** @param left Usable conversations from this one on. */
  #reasonToSkip(conversation: Conversation, isUsable: boolean, left: number): string | undefined {
    const { maxConversations } = this.#settings;
    if (!isUsable) {
      return this.#hasPersona(conversation) ? onlyOptedOut : "conversations without the persona";
    }
    const isOver = left > (maxConversations ?? Number.POSITIVE_INFINITY);
    return isOver ? "over the number of conversations asked for" : undefined;
  }

  /** What lies within the dates, and what outside of them, where either has a text. */
  #byDates(
    conversation: Conversation,
  ): [inside: Conversation | undefined, outside?: Conversation | undefined] {
    const settings = this.#settings;
    if (settings.since === null && settings.until === null) return [conversation];
    const [outside, inside] = partition(conversation, (message) => isOutsideDates(message, settings));
    return [inside.texts > 0 ? inside : undefined, outside.texts > 0 ? outside : undefined];
  }

  #countHeldOut(usable: number): number {
    if (this.#task.isHeldOut) return usable;
    return usable < minConversations ? 0 : Math.ceil(usable * this.#task.holdOutShare);
  }

  #isUsable(conversation: Conversation): boolean {
    const { persona } = this.#settings;
    return (
      this.#hasPersona(conversation) && !onlyOptedOutSpeak(conversation.messages, persona, this.#optedOut)
    );
  }

  #hasPersona({ messages }: Conversation): boolean {
    return messages.some((message) => message.sender === this.#settings.persona && isText(message));
  }

  #write(conversation: Conversation, isHeldOut: boolean): void {
    const counts = this.#counts;
    const { turns, record } = this.#renderer.render(conversation, isHeldOut);
    if (!isHeldOut) counts.hear(turns);
    const thinned = turns.reduce((sum, { contextOnly = [] }) => sum + contextOnly.filter(Boolean).length, 0);
    if (thinned > 0) counts.excludeBubbles("replies of one word, thinned out", thinned);
    this.#writer.write(record);
  }
}

function partition(
  { messages }: Conversation,
  isFirst: (message: Conversation["messages"][number]) => boolean,
): [Conversation, Conversation] {
  const parts: [Conversation, Conversation] = [
    { messages: [], texts: 0 },
    { messages: [], texts: 0 },
  ];
  for (const message of messages) {
    const part = parts[isFirst(message) ? 0 : 1];
    part.messages.push(message);
    if (isText(message)) part.texts++;
  }
  return parts;
}
