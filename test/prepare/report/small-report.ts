import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { MaskCode, type Rendering, type ShardManifest, type Turn } from "../../../src/handoffs/index.ts";
import {
  createFacts,
  type ObservedMessage,
  type ObservedThread,
  observeConversation,
} from "../../../src/prepare/facts/index.ts";
import type { ReportInput } from "../../../src/prepare/report/index.ts";
import {
  builtInTokenizerDirectory,
  loadTokenizer,
  type Tokenizer,
} from "../../../src/tokenizer/tokenizer.ts";
import { createTranscript, type RenderedConversation } from "../../../src/transcript/transcript.ts";
import { chatTokenizerDirectory } from "../../fixtures/tokenizers/chat.ts";

/** Threads with their conversations, as prepare hands them on. */
export type Threads = { thread: ObservedThread; conversations: ObservedMessage[][] }[];

export interface SmallReport extends ReportInput {
  rendered: RenderedConversation[];
}

const tokenizers: Partial<Record<Rendering, Tokenizer>> = {};

/** Shards in GPT-2's vocabulary, and all else that a report is made from. */
export async function smallReport(
  persona: string,
  threads: Threads,
  rendering: Rendering = "plain",
): Promise<SmallReport> {
  const facts = createFacts({ persona, timeZone: "UTC" });
  for (const { thread, conversations } of threads) {
    for (const conversation of conversations) observeConversation(facts, thread, conversation);
  }
  const directory = rendering === "chat" ? await chatTokenizerDirectory() : await plainTokenizerDirectory();
  tokenizers[rendering] ??= await loadTokenizer(directory);
  const tokenizer = tokenizers[rendering];
  const transcript = createTranscript({ tokenizer, rendering, persona });
  const rendered = threads.flatMap(({ conversations }) =>
    conversations.map((conversation) => transcript.render(turnsOf(conversation, persona))),
  );
  await writeShards(directory, rendered);
  const manifest = manifestOf(persona, rendered, tokenizer.vocabularySize);
  return { manifest, facts, directory, tokenizer, redactionCounts: { phone: 3 }, showNames: true, rendered };
}

async function plainTokenizerDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "persona-report-"));
  const name = "tokenizer.json";
  await copyFile(path.join(builtInTokenizerDirectory, name), path.join(directory, name));
  return directory;
}

function turnsOf(conversation: ObservedMessage[], persona: string): Turn[] {
  return conversation.map(({ sender, text }) => ({
    speaker: sender,
    isPersona: sender === persona,
    bubbles: [text],
  }));
}

async function writeShards(directory: string, rendered: RenderedConversation[]): Promise<void> {
  const ids = rendered.flatMap((conversation) => conversation.ids);
  const lengths = rendered.map((conversation) => conversation.ids.length);
  const starts = lengths.map((_, index) => lengths.slice(0, index).reduce((sum, length) => sum + length, 0));
  const turns = rendered.flatMap(({ turnStarts }, index) =>
    turnStarts.map((turn) => (starts[index] as number) + turn),
  );
  const write = (name: string, bytes: Uint8Array) => writeFile(path.join(directory, name), bytes);
  await write("train.bin", new Uint8Array(Uint16Array.from(ids).buffer));
  await write("train.mask", Uint8Array.from(rendered.flatMap(({ mask }) => mask)));
  await write("train.offsets", toUint64(starts));
  await write("train.turns", toUint64(turns));
}

function toUint64(values: number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

function manifestOf(
  persona: string,
  rendered: RenderedConversation[],
  vocabularySize: number,
): ShardManifest {
  const codes = rendered.flatMap(({ mask }) => mask);
  const file = { bytes: 0, sha256: "" };
  const files = { bin: file, mask: file, offsets: file, turns: file };
  const train = {
    conversations: rendered.length,
    turns: rendered.reduce((sum, { turnStarts }) => sum + turnStarts.length, 0),
    tokens: codes.length,
    supervisedTokens: codes.filter((code) => code === MaskCode.persona).length,
    files,
  };
  return {
    format: 1,
    id: "0123456789ab",
    createdAt: "2026-11-24T12:00:00.000Z",
    persona,
    speakers: [],
    rendering: "plain",
    tokenizer: { name: "gpt2", sha256: "", vocabularySize },
    dtype: "uint16",
    endOfConversation: 50_256,
    splits: { train, val: { conversations: 0, turns: 0, tokens: 0, supervisedTokens: 0, files } },
    excluded: { "section <message_requests>": { conversations: 2, personaBubbles: 1 } },
    settings: {},
  };
}
