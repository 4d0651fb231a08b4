import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Command } from "commander";
import { execa } from "execa";
import * as z from "zod";
import { addFlags, type Chosen, type Table, withDefaults } from "../choices/index.ts";
import type { Turn } from "../handoffs/index.ts";
import { projectRoot } from "../project.ts";
import { pythonPath } from "../python.ts";
import { openTerminal, type Terminal } from "../terminal.ts";
import { loadTokenizer, type Tokenizer } from "../tokenizer/index.ts";
import { createTranscript, type Transcript } from "../transcript/index.ts";
import {
  habits,
  inventTopics,
  persona,
  seededRandom,
  type TopicMessage,
  topicSessions,
  writeProfile,
} from "./inputs/index.ts";

const examples = `
Examples:
  persona bench cutting
  persona bench cutting --sessions 200 --seeds 3`;

const choices = {
  sessions: {
    integer: { atLeast: 1 },
    default: 150,
    help: "sessions of each of the six threads to train on",
  },
  seeds: { integer: { atLeast: 1 }, default: 2, help: "data sets and models of each kind" },
} as const satisfies Table;

/** Adds `cutting` to the `bench` command: what a small model learns from conversations cut in different places. */
export function registerBenchCutting(bench: Command): void {
  const cutting = bench
    .command("cutting")
    .description(
      "held-out bits per byte of a small model, trained on conversations cut by rhythm or by fixed gaps",
    );
  addFlags(cutting, choices)
    .addHelpText("after", examples)
    .action(async (flags: Chosen<typeof choices>, command: Command) => {
      const { sessions, seeds } = withDefaults(choices, flags);
      const terminal = openTerminal({ json: command.optsWithGlobals().json ?? false });
      const results: Result[] = [];
      for (let seed = 1; seed <= seeds; seed++) results.push(await compareCuts(seed, sessions));
      report(terminal, results);
    });
}

/** As `persona prepare --max-silence` takes them. */
const cuts = ["auto", "5", "10", "60"];

/** Bits per byte by cut: of all held-out bubbles, and of those whose whole context is of their session. */
const Result = z.record(z.string(), z.object({ all: z.number(), inside: z.number(), tokens: z.number() }));
type Result = z.infer<typeof Result>;

async function compareCuts(seed: number, sessions: number): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), "persona-cutting-"));
  try {
    const tokenizer = await loadTokenizer();
    const random = seededRandom(seed);
    const vocabulary = inventTopics(tokenizer, random);
    const threads = habits.map((habit) => topicSessions(habit, sessions, vocabulary, random));
    const heldOut = habits.map((habit) => topicSessions(habit, heldOutSessions, vocabulary, random));
    const shards = await prepareEachWay(folder, threads);
    const questions = path.join(folder, "held-out.json");
    await writeFile(questions, JSON.stringify(questionsOf(heldOut, tokenizer)));
    const script = path.join(projectRoot, "scripts", "bench", "cutting.py");
    const { stdout } = await execa(pythonPath, [script, questions, String(seed), ...shards], {
      stderr: "inherit",
    });
    const byFolder = Result.parse(JSON.parse(stdout));
    return Object.fromEntries(cuts.map((cut, index) => [cut, byFolder[shards[index] as string]])) as Result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const heldOutSessions = 30;

/** Imports the threads and prepares them once for each cut; the folders of the shards, in the order of `cuts`. */
async function prepareEachWay(folder: string, threads: TopicMessage[][]): Promise<string[]> {
  const target = path.join(folder, "export");
  for (const [index, thread] of threads.entries()) await writeThread(target, index, thread);
  await writeProfile(target, persona);
  const data = path.join(folder, "data");
  const cli = path.join(projectRoot, "dist", "cli.js");
  const run = (...words: string[]) => execa(process.execPath, [cli, "--data", data, ...words]);
  await run("import", target);
  const shards: string[] = [];
  for (const cut of cuts) {
    await run("prepare", ...(cut === "auto" ? [] : ["--max-silence", cut]));
    const all = (await readdir(path.join(data, "shards"))).map((id) => path.join(data, "shards", id));
    shards.push(all.find((made) => !shards.includes(made)) as string);
  }
  return shards;
}

async function writeThread(target: string, index: number, thread: TopicMessage[]): Promise<void> {
  const { people } = habits[index] as { people: string[] };
  const folder = path.join(target, "your_facebook_activity/messages/inbox", `thread_${1000 + index}`);
  if (!existsSync(folder)) await mkdir(folder, { recursive: true });
  const messages = thread
    .map(({ sender, sentAt, text }) => ({ sender_name: sender, timestamp_ms: sentAt, content: text }))
    .reverse();
  const participants = [...people, persona].map((name) => ({ name }));
  const json = { participants, messages, title: people.join(", "), is_still_participant: true };
  await writeFile(path.join(folder, "message_1.json"), JSON.stringify(json));
}

/** A held-out bubble of the persona behind the same few messages for every model. */
interface Question {
  ids: number[];
  /** Where the bubble's tokens start, and end. */
  from: number;
  to: number;
  bytes: number;
  /** Whether all of its context is of its session. */
  isInside: boolean;
}

/** Messages before a bubble, wherever they lie. */
const contextMessages = 8;

function questionsOf(threads: TopicMessage[][], tokenizer: Tokenizer): Question[] {
  const transcript = createTranscript({ tokenizer, rendering: "plain", persona });
  return threads.flatMap((thread) =>
    thread.flatMap((message, index) => {
      if (message.sender !== persona || index < contextMessages) return [];
      const shown = thread.slice(index - contextMessages, index + 1);
      const isInside = shown.every(({ session }) => session === message.session);
      return [{ ...locate(turnsOf(shown), message.text, transcript, tokenizer), isInside }];
    }),
  );
}

function locate(
  turns: Turn[],
  text: string,
  transcript: Transcript,
  tokenizer: Tokenizer,
): Omit<Question, "isInside"> {
  const length = tokenizer.encode(text).length;
  const ids = transcript.render(turns).ids;
  // Behind the last bubble stand an empty line and the end.
  const to = ids.length - 2;
  return { ids: ids.slice(0, to), from: to - length, to, bytes: Buffer.byteLength(text) };
}

function turnsOf(messages: TopicMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const { sender, text } of messages) {
    const last = turns.at(-1);
    if (last?.speaker === sender) last.bubbles.push(text);
    else turns.push({ speaker: sender, isPersona: sender === persona, bubbles: [text] });
  }
  return turns;
}

function report(terminal: Terminal, results: Result[]): void {
  terminal.note("cut          bits per byte, all   whole context of the session   tokens");
  for (const cut of cuts) {
    const of = (field: "all" | "inside" | "tokens") =>
      results.map((result) => result[cut]?.[field] ?? Number.NaN);
    const list = (values: number[]) => values.map((value) => value.toFixed(3)).join(" ");
    terminal.note(
      `${cut.padEnd(12)} ${list(of("all")).padEnd(20)} ${list(of("inside")).padEnd(30)} ${of("tokens").join(" ")}`,
    );
  }
  terminal.data({ results });
}
