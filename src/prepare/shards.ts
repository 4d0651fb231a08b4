import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { closestNames } from "../closest-names.ts";
import { UserError } from "../errors.ts";
import { type MessageStore, type Rendering, ShardManifest, type ThreadSummary } from "../handoffs.ts";
import { builtInTokenizerDirectory, loadTokenizer, type Tokenizer } from "../tokenizer.ts";
import { canonicalLabel, createTranscript, type Transcript } from "../transcript.ts";
import { makePrivateDirectory, type Workspace, writeFileAtomically } from "../workspace.ts";
import { type Conversation, splitIntoConversations } from "./conversations.ts";
import { reasonToSkipConversation, reasonToSkipThread } from "./selection.ts";
import { openShardWriter, type ShardWriter } from "./shard-writer.ts";
import { toTurns } from "./turns.ts";

export interface PrepareOptions {
  store: MessageStore;
  workspace: Workspace;
  /** Whose voice to learn; default: the owner of the export. */
  persona?: string | undefined;
  rendering?: Rendering;
  /** Where `tokenizer.json` lies; default: GPT-2's own. */
  tokenizerDirectory?: string;
  /** What the tokeniser is called in the manifest. */
  tokenizerName?: string;
  maxSilenceMinutes?: number;
  /** Share of each thread's conversations, the newest, that is held out. */
  holdOutShare?: number;
  neutralLabelShare?: number;
  minOwnTexts?: number;
  minOwnShare?: number;
  excludedSections?: string[];
  /** Conversations of the persona to use at most, for a quick trial; the newest of each thread are kept. */
  maxConversations?: number | undefined;
  onProgress?: (threads: number, total: number) => void;
  signal?: AbortSignal;
}

export interface PreparedShards {
  manifest: ShardManifest;
  directory: string;
  /** True when the same request had been answered before. */
  reused: boolean;
}

/** Raised when what is written changes for the same settings. */
const shardVersion = 1;
/** Less teaches nothing but its own words. */
const minTrainingTurns = 20;

/** Turns the message store into the shards of one data set, under an id that follows from everything that went in. */
export async function prepareShards(options: PrepareOptions): Promise<PreparedShards> {
  const { store, workspace, tokenizerDirectory = builtInTokenizerDirectory } = options;
  const settings = withDefaults(options);
  const persona = findPersona(store, options.persona);
  const tokenizer = await loadTokenizer(tokenizerDirectory);
  const id = datasetId(store, persona, tokenizer, settings);
  const directory = path.join(workspace.shards, id);
  const known = await readManifest(directory);
  if (known !== undefined) return { manifest: known, directory, reused: true };

  await removeAbandoned(workspace.shards);
  const aside = `${directory}.${process.pid}.tmp`;
  await makePrivateDirectory(aside);
  try {
    const work = new PrepareWork(options, { ...settings, persona, tokenizer });
    const contents = await work.writeSplits(aside);
    for (const name of [
      "tokenizer.json",
      "tokenizer_config.json",
      "chat_template.jinja",
      "special_tokens_map.json",
    ]) {
      const file = path.join(tokenizerDirectory, name);
      if (existsSync(file)) await copyFile(file, path.join(aside, name));
    }
    const manifest: ShardManifest = {
      format: 1,
      id,
      createdAt: new Date().toISOString(),
      persona: canonicalLabel(persona),
      rendering: settings.rendering,
      tokenizer: {
        name: options.tokenizerName ?? "gpt2",
        sha256: tokenizer.sha256,
        vocabularySize: tokenizer.vocabularySize,
      },
      settings,
      ...contents,
    };
    await writeFileAtomically(
      path.join(aside, "manifest.json"),
      `${JSON.stringify(manifest, undefined, 2)}\n`,
    );
    await rename(aside, directory);
    return { manifest, directory, reused: false };
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

export async function readManifest(directory: string): Promise<ShardManifest | undefined> {
  try {
    return ShardManifest.parse(JSON.parse(await readFile(path.join(directory, "manifest.json"), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UserError(`The data set in ${directory} has a damaged manifest.`, {
      fix: "Delete that folder and run persona prepare again.",
      cause: error,
    });
  }
}

function withDefaults({
  rendering = "plain",
  maxSilenceMinutes = 60,
  holdOutShare = 0.05,
  neutralLabelShare = 0.1,
  minOwnTexts = 5,
  minOwnShare = 0.02,
  excludedSections = ["message_requests", "filtered_threads"],
  maxConversations,
}: PrepareOptions) {
  const chosen = {
    rendering,
    maxSilenceMinutes,
    holdOutShare,
    neutralLabelShare,
    minOwnTexts,
    minOwnShare,
    excludedSections,
  };
  return maxConversations === undefined ? chosen : { ...chosen, maxConversations };
}
type Settings = ReturnType<typeof withDefaults> & { maxConversations?: number };

function findPersona(store: MessageStore, asked: string | undefined): string {
  if (asked === undefined) return store.owner;
  const names = new Set(store.threads.flatMap(({ people }) => people.map(({ name }) => name)));
  if (names.has(asked.normalize("NFC"))) return asked.normalize("NFC");
  const offers = closestNames(asked, names).map((name) => `"${name}"`);
  throw new UserError(`Nobody in the message store is called "${asked}".`, {
    fix:
      offers.length > 0 ? `Did you mean ${offers.join(" or ")}?` : "Import an export first: persona import …",
  });
}

function datasetId(store: MessageStore, persona: string, tokenizer: Tokenizer, settings: Settings): string {
  const threads = store.threads.map(({ id, sha256, section }) => [id, sha256, section]);
  const request = [shardVersion, threads, persona, tokenizer.sha256, tokenizer.chatTemplate ?? "", settings];
  return createHash("sha256").update(JSON.stringify(request)).digest("hex").slice(0, 12);
}

/** Removes what processes that are gone were writing. */
async function removeAbandoned(shards: string): Promise<void> {
  await mkdir(shards, { recursive: true, mode: 0o700 });
  for (const name of await readdir(shards)) {
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(path.join(shards, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

type Split = "train" | "val";

/** One pass that counts conversations and one that writes them. */
class PrepareWork {
  readonly #options: PrepareOptions;
  readonly #settings: Settings & { persona: string; tokenizer: Tokenizer };
  readonly #transcript: Transcript;
  readonly #excluded: ShardManifest["excluded"] = {};
  readonly #speakers = new Map<string, number>();

  constructor(options: PrepareOptions, settings: Settings & { persona: string; tokenizer: Tokenizer }) {
    this.#options = options;
    this.#settings = settings;
    this.#transcript = createTranscript(settings);
  }

  async writeSplits(directory: string) {
    const dtype = this.#settings.tokenizer.vocabularySize <= 65_536 ? "uint16" : "uint32";
    const writers = {
      train: await openShardWriter(directory, "train", dtype),
      val: await openShardWriter(directory, "val", dtype),
    };
    const { threads } = this.#options.store;
    const trainingTurns = { train: 0, val: 0 };
    for (const [index, thread] of threads.entries()) {
      await this.#writeThread(thread, writers, trainingTurns);
      this.#options.onProgress?.(index + 1, threads.length);
      this.#options.signal?.throwIfAborted();
    }
    const splits = { train: await writers.train.close(), val: await writers.val.close() };
    if (trainingTurns.train < minTrainingTurns || trainingTurns.val === 0)
      throw this.#tooLittle(trainingTurns);
    const speakers = [...this.#speakers].sort((a, b) => b[1] - a[1]).map(([label]) => label);
    return {
      dtype,
      splits,
      speakers,
      excluded: this.#excluded,
      endOfConversation: this.#transcript.endOfConversation,
    } as const;
  }

  async #writeThread(
    thread: ThreadSummary,
    writers: Record<Split, ShardWriter>,
    turns: Record<Split, number>,
  ): Promise<void> {
    const skip = reasonToSkipThread(thread, this.#settings);
    const usable = skip === undefined ? await this.#countUsable(thread) : 0;
    // A thread of few conversations keeps them all to learn from.
    const heldOut = usable < 5 ? 0 : Math.ceil(usable * this.#settings.holdOutShare);
    const { maxConversations = Number.POSITIVE_INFINITY } = this.#settings;
    let position = 0;
    for await (const conversation of this.#conversations(thread)) {
      const reason = skip ?? reasonToSkipConversation(conversation, this.#settings.persona);
      if (reason !== undefined) {
        this.#exclude(reason, conversation);
        continue;
      }
      if (usable - position++ > maxConversations) {
        this.#exclude("over the number of conversations asked for", conversation);
        continue;
      }
      const split: Split = usable - position < heldOut ? "val" : "train";
      turns[split] += await this.#write(conversation, writers[split]);
    }
  }

  async #countUsable(thread: ThreadSummary): Promise<number> {
    let usable = 0;
    for await (const conversation of this.#conversations(thread)) {
      if (reasonToSkipConversation(conversation, this.#settings.persona) === undefined) usable++;
    }
    return usable;
  }

  #conversations(thread: ThreadSummary): AsyncGenerator<Conversation> {
    return splitIntoConversations(this.#options.store.read(thread), this.#settings);
  }

  async #write(conversation: Conversation, writer: ShardWriter): Promise<number> {
    const turns = toTurns(conversation, this.#settings);
    for (const { speaker, isPersona } of turns) {
      if (!isPersona) this.#speakers.set(speaker, (this.#speakers.get(speaker) ?? 0) + 1);
    }
    await writer.write(this.#transcript.render(turns));
    return turns.filter(({ isPersona }) => isPersona).length;
  }

  #exclude(reason: string, conversation: Conversation): void {
    const own = conversation.filter(({ sender }) => sender === this.#settings.persona).length;
    const counted = this.#excluded[reason] ?? { conversations: 0, personaBubbles: 0 };
    this.#excluded[reason] = {
      conversations: counted.conversations + 1,
      personaBubbles: counted.personaBubbles + own,
    };
  }

  #tooLittle({ train, val }: Record<Split, number>): UserError {
    return new UserError(
      `There is too little to learn from: "${this.#settings.persona}" speaks in ${train} turns for training and ${val} held out; ` +
        `at least ${minTrainingTurns} and 1 are needed.`,
      { fix: "Import more messages, or check the name with persona messages and pass --persona NAME." },
    );
  }
}
