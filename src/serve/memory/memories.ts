import { existsSync } from "node:fs";
import { codeOf } from "../../disk-errors.ts";
import { type PassedOver, UserError } from "../../errors.ts";
import { Memory, type OpenMask } from "./memory.ts";
import { MemoryFile, memoryFileOf } from "./memory-file.ts";
import { changeMemories, idsIn, lockMemories, removeOldFiles } from "./memory-folder.ts";
import { stillKept } from "./remembered.ts";

interface MemoriesOptions {
  persona: string;
  /** Under what name it is kept, where the persona's own is another's too. */
  keptAs?: string | undefined;
  openMask?: OpenMask | undefined;
  now?: () => number;
}

interface KeptOptions extends MemoriesOptions {
  folder: string;
  /** How long anything is kept. */
  keepDays: number;
  /** Told of what cannot be kept or read. */
  passedOver: PassedOver;
  /** Milliseconds that have passed, whatever somebody sets the clock to. */
  elapsedMs?: () => number;
}

/** Conversations that are held in memory; whichever was silent longest goes first. */
const maxConversations = 500;
const hourMs = 3_600_000;
/** No clock that is right says less. */
const earliestMs = Date.UTC(2026, 0);

interface Held {
  memory: Memory;
  file: MemoryFile | undefined;
}

/** What is being said everywhere, by the ids of conversations; `keepMemories` keeps it on disk too. */
export class Memories {
  readonly #options: MemoriesOptions & Partial<KeptOptions>;
  readonly #held = new Map<string, Held>();
  readonly #onClose: () => void;
  readonly #passedOver: PassedOver;
  /** Of those that are not at hand, as far as they are known. */
  readonly #onDisk = new Set<string>();
  #onErased: (conversation: string) => void = () => {};
  #openMask: OpenMask | undefined;

  constructor(options: MemoriesOptions & Partial<KeptOptions>, onClose = () => {}) {
    this.#options = options;
    this.#openMask = options.openMask;
    this.#onClose = onClose;
    this.#passedOver = options.passedOver ?? (() => {});
  }

  /** How long anything is kept; 0 where it is forgotten at the end. */
  get keepDays(): number {
    return this.#options.keepDays ?? 0;
  }

  /** Has somebody told of each conversation of which words were erased: nothing that was made of them may stay. */
  onErased(listener: (conversation: string) => void): void {
    this.#onErased = listener;
  }

  /** What somebody else remembers of the same conversations, kept in the same folder for as long. */
  ofAnother(other: { persona: string; keptAs: string; openMask: OpenMask | undefined }): Memories {
    return new Memories({ ...this.#options, ...other });
  }

  /** The conversation of that id, as it is remembered. */
  get(id: string): Memory {
    const held = this.#held.get(id) ?? this.#open(id);
    this.#held.delete(id);
    this.#held.set(id, held);
    this.#letOldestGo();
    // An owner may remove a file at any time, and `persona forget` changes some.
    if (held.file?.isChangedByOthers) {
      this.#recall(held.memory, held.file);
      this.#onErased(id);
    }
    return held.memory;
  }

  /** A conversation that is kept nowhere, masked as all others. */
  aside(id: string): Memory {
    return new Memory({ ...this.#options, openMask: this.#openMask, id });
  }

  /** The conversations whose ids begin like this; of those that an earlier process kept, the ones that `ids` has found. */
  *under(prefix: string): Generator<Memory> {
    for (const id of new Set([...this.#held.keys(), ...this.#onDisk]))
      if (id.startsWith(prefix) && this.has(id)) yield this.get(id);
  }

  /** The ids of the conversations that are at hand. */
  get heldIds(): string[] {
    return [...this.#held.keys()];
  }

  /** The ids of all conversations of which anything is remembered. */
  async ids(): Promise<string[]> {
    const { folder } = this.#options;
    const held = [...this.#held.keys()].filter((id) => this.get(id).turns.length > 0);
    const { persona } = this.#keptAs("");
    const onDisk = folder === undefined ? [] : await idsIn(folder, persona, this.#passedOver);
    for (const id of onDisk) this.#onDisk.add(id);
    return [...new Set([...held, ...onDisk])];
  }

  /** Whether anything was ever said in a conversation that is still remembered. */
  has(id: string): boolean {
    const { folder } = this.#options;
    if (this.#held.has(id)) return this.get(id).turns.length > 0;
    return folder !== undefined && existsSync(memoryFileOf(folder, this.#keptAs(id)));
  }

  /** Forgets messages, wherever they are remembered; returns how many bubbles that were. */
  async forgetMessages(messages: ReadonlySet<string>): Promise<number> {
    return this.#change(
      (all) => all.filter(({ message }) => message === undefined || !messages.has(message)),
      true,
    );
  }

  /** Another run answers from now on, which has seen words masked in its own way. */
  maskWith(openMask: OpenMask | undefined): void {
    this.#openMask = openMask;
    for (const { memory } of this.#held.values()) memory.maskWith(openMask);
  }

  /** Forgets what was said in a conversation. */
  async reset(id: string): Promise<void> {
    this.get(id).reset();
    await this.#held.get(id)?.file?.written;
  }

  /** Forgets what a person said, everywhere; returns how many bubbles that were. */
  async forgetPerson(from: string): Promise<number> {
    return this.#change((all) => all.filter((bubble) => bubble.from !== from), true);
  }

  /** Forgets what is older than anything may be. */
  async forgetOld(): Promise<void> {
    const { folder, now = Date.now } = this.#options;
    // A clock whose battery is empty starts years ago.
    if (folder === undefined || now() < earliestMs) return;
    const keepMs = this.keepDays * 24 * hourMs;
    await this.#change((all) => stillKept(all, now(), keepMs));
    await removeOldFiles(folder, now() - keepMs);
  }

  async close(): Promise<void> {
    await this.#written();
    this.#onClose();
  }

  /** One that is still being written stays, so that nobody reads it half written. */
  #letOldestGo(): void {
    const [oldest] = this.#held.entries();
    if (this.#held.size <= maxConversations || oldest === undefined) return;
    const [id, { file }] = oldest;
    if (file?.isWriting) return;
    this.#held.delete(id);
    if (file !== undefined) this.#onDisk.add(id);
  }

  async #change(whatIsLeft: Parameters<Memory["change"]>[0], isForgetting = false): Promise<number> {
    const { folder } = this.#options;
    const held = [...this.#held.keys()];
    let gone = 0;
    for (const id of held) gone += this.get(id).change(whatIsLeft);
    await this.#written();
    if (folder === undefined) return gone;
    const files = new Set(held.map((conversation) => memoryFileOf(folder, this.#keptAs(conversation))));
    const isOurs = (file: string) => files.has(file);
    const others = { passedOver: this.#passedOver, isOurs, isForgetting };
    return gone + (await changeMemories(folder, whatIsLeft, others));
  }

  async #written(): Promise<void> {
    await Promise.all([...this.#held.values()].map(({ file }) => file?.written));
  }

  #keptAs(conversation: string): { persona: string; conversation: string } {
    const { persona, keptAs = persona } = this.#options;
    return { persona: keptAs, conversation };
  }

  #open(id: string): Held {
    const { folder } = this.#options;
    const file = folder === undefined ? undefined : new MemoryFile(folder, this.#keptAs(id), this.#onTrouble);
    const onErased = () => this.#onErased(id);
    const memory = new Memory({ ...this.#options, openMask: this.#openMask, id, keeper: file, onErased });
    if (file !== undefined) this.#recall(memory, file);
    return { memory, file };
  }

  #recall(memory: Memory, file: MemoryFile): void {
    try {
      memory.recall(file.read());
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#passedOver(error);
      memory.recall([]);
    }
  }

  readonly #onTrouble = (error: unknown) => {
    const code = codeOf(error) ?? "unknown";
    this.#passedOver(
      new UserError(`Conversations cannot be kept in ${this.#options.folder} (${code}).`, {
        fix: "Make room there, or check the folder's permissions; until then they are remembered until a restart.",
      }),
    );
  };
}

/**
 * Memories that outlive the process: restored when somebody writes again, and erased after `keepDays`.
 *
 * Where another process remembers in that folder, these are remembered until a restart, and that is said.
 */
export async function keepMemories(options: KeptOptions): Promise<Memories> {
  const { folder, keepDays, passedOver, ...others } = options;
  if (keepDays === 0) return new Memories(others);
  const lock = await lockMemories(folder);
  if (lock === undefined) {
    passedOver(
      new UserError(
        `Another process remembers conversations in ${folder}: here they are forgotten at the end.`,
        {
          fix: "Serve with one process at a time, or choose another folder with --data DIR.",
        },
      ),
    );
    return new Memories(others);
  }
  const sweeping = setInterval(() => sweep().catch(() => {}), hourMs).unref();
  const memories = new Memories(options, () => {
    clearInterval(sweeping);
    lock.release();
  });
  const isClockSteady = clockWatch(options);
  const sweep = async () => {
    if (isClockSteady()) await memories.forgetOld();
  };
  await memories.forgetOld();
  return memories;
}

/**
 * Whether the clock has gone as time has since the last call. Somebody who sets it may set it right again: what it says is
 * believed once it has said so for an hour.
 */
export function clockWatch({ now = Date.now, elapsedMs = () => performance.now() }): () => boolean {
  const read = () => now() - elapsedMs();
  let before = read();
  return () => {
    const drift = Math.abs(read() - before);
    before = read();
    return drift < hourMs;
  };
}
