/**
 * What the network writes itself in an export whose language has no table here, learned from the exports' own structure:
 * it stands beside attachments, names its sender, and says the same in many chats.
 */
import { groupBy } from "../../group-by.ts";
import { spread } from "../../spread.ts";
import type { FoundPart, Learned } from "../format.ts";
import { peekMessages } from "../json/index.ts";
import { cleanText } from "../text/index.ts";
import { asSentence, firstName, type Sentence, someone } from "./sentence.ts";
import { languageOfServiceText } from "./service-text.ts";
import { type DyiMessage, hasAttachments, isDyiMessage } from "./shape.ts";

/** What the network writes itself in an import's files, where that is not in a language that is known. */
export interface OwnSentences extends Learned {
  /** Stand beside attachments again and again. */
  certain: Set<string>;
  /** Are said again and again, in several chats. */
  repeated: Set<string>;
  /** First words where the network speaks of the owner: `You`, `Has`, `Du`. */
  openings: Set<string>;
  /** Last words of what it writes: `photo`, `foto`, `mensaje`. */
  endings: Set<string>;
}

const headBytes = 1 << 15;

/** Enough to know what a network writes in most chats. */
const maxThreads = 200;

/** Undefined where the network's sentences are in English, all of which are known, and where there are none. */
export async function learnOwnSentences(
  parts: FoundPart[],
  owners: string[],
): Promise<OwnSentences | undefined> {
  // The highest order is the newest part's.
  const newest = [...groupBy(parts, ({ thread }) => thread).values()].map(
    (own) => own.toSorted((a, b) => b.order - a.order)[0] as FoundPart,
  );
  const evidence = new Evidence();
  for (const { entry, thread, exportIndex } of spread(newest, maxThreads)) {
    const owner = owners[exportIndex];
    const { messages, isAscii } = await peekMessages(entry, headBytes);
    for (const message of messages) {
      if (!isDyiMessage(message, () => {}) || !message.content) continue;
      const sender = cleanText(message.sender_name ?? "", isAscii);
      const text = cleanText(message.content, isAscii);
      evidence.add(text, { sender, isOwner: sender === owner, isBeside: isBeside(message), thread });
    }
    if (evidence.isClearlyEnglish()) return undefined;
  }
  return evidence.isEnglish() ? undefined : evidence.sentences();
}

/** Beside what the network describes in words. An answer to a story is the person's own, though the story stands beside it. */
export function isBeside(message: DyiMessage): boolean {
  return hasAttachments(message) && !/\/stories\//.test(message.share?.link ?? "");
}

interface Circumstances {
  sender: string;
  isOwner: boolean;
  isBeside: boolean;
  thread: string;
}

interface Uses {
  times: number;
  threads: Set<string>;
  /** Told apart by their mask: what names its sender was written for several people. */
  senders: Set<string>;
}

const clearly = 20;

class Evidence {
  #english = 0;
  #others = 0;
  readonly #openings = new Set<string>();
  readonly #endings = new Set<string>();
  readonly #beside = new Map<string, Uses>();
  /** All that is not in English; looked at as a whole only where the network does not write English. */
  readonly #said: { text: string; circumstances: Circumstances }[] = [];

  add(text: string, circumstances: Circumstances): void {
    const language = languageOfServiceText(text, circumstances);
    if (language === "English") {
      this.#english++;
      return;
    }
    this.#said.push({ text, circumstances });
    if (language === undefined && !mayBeTelling(text, circumstances)) return;
    const sentence = asSentence(text, circumstances.sender);
    if (sentence === undefined || (language === undefined && !isTelling(sentence, circumstances))) return;
    this.#others++;
    if (circumstances.isBeside) note(this.#beside, sentence.template, circumstances);
    if (sentence.ending !== "" && sentence.ending !== someone) this.#endings.add(sentence.ending);
    if (circumstances.isOwner && sentence.named === undefined) this.#openings.add(sentence.opening);
  }

  isClearlyEnglish(): boolean {
    return this.#english >= clearly && this.#others * 4 < this.#english;
  }

  /** One sentence alone may be a friend's who speaks of themself. */
  isEnglish(): boolean {
    return this.#english >= this.#others || this.#others < 2;
  }

  sentences(): OwnSentences {
    return {
      isWordingKnown: false,
      certain: keysOf(this.#beside, ({ times }) => times > 2),
      repeated: keysOf(
        this.#everywhere(),
        ({ times, threads, senders }, template) =>
          (times > 2 && threads.size > 2) || (template.includes(someone) && senders.size > 1),
      ),
      openings: this.#openings,
      endings: this.#endings,
    };
  }

  #everywhere(): Map<string, Uses> {
    const uses = new Map<string, Uses>();
    for (const { text, circumstances } of this.#said) {
      const sentence = asSentence(text, circumstances.sender);
      if (sentence !== undefined) note(uses, sentence.template, circumstances);
    }
    return uses;
  }
}

/** False for what is surely not telling, which is most of what people write, without a look at its words. */
function mayBeTelling(text: string, { sender, isBeside }: Circumstances): boolean {
  return isBeside || text.startsWith(firstName(sender)) || text.startsWith(someone);
}

/** Whether a sentence tells of itself that the network wrote it: from such sentences the others are known. */
export function isTelling({ named, isClosed }: Sentence, { isBeside }: { isBeside: boolean }): boolean {
  return named === "first" ? isBeside || isClosed : isBeside && isClosed;
}

/** A hostile export says something new in every message. */
const maxTemplates = 50_000;

function note(uses: Map<string, Uses>, template: string, { thread, sender }: Circumstances): void {
  const known = uses.get(template);
  const { times, threads, senders } = known ?? { times: 0, threads: new Set(), senders: new Set() };
  if (known === undefined && uses.size >= maxTemplates) return;
  uses.set(template, { times: times + 1, threads: threads.add(thread), senders: senders.add(sender) });
}

function keysOf(uses: Map<string, Uses>, isWanted: (uses: Uses, template: string) => boolean): Set<string> {
  return new Set(
    [...uses].filter(([template, each]) => isWanted(each, template)).map(([template]) => template),
  );
}
