import { cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { expect, test, vi } from "vitest";
import type { CommandContext } from "../../../src/commands/command.ts";
import { BotPresence } from "../../../src/commands/serving/bot-presence.ts";
import { loadConfig } from "../../../src/config.ts";
import { type Message, type RunRecord, readSpeakingFit, runDirectory } from "../../../src/handoffs/index.ts";
import { prepareShards } from "../../../src/prepare/index.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { hour, message, newWorkspace, persona, storeOf } from "../../prepare/data-set.ts";
import { runRecord } from "../../train/run-record.ts";

/** What is seen of how far the learning is. */
const shown: string[] = [];

test("what is learnt of a run with another one's words is thrown away", async () => {
  const { workspace, first, second } = await twoRuns();
  const speaking = new FakeSpeaking();
  const presence = await BotPresence.open(await contextOf(workspace), first, speaking as never);
  expect(await fitOf(workspace, first)).toBeDefined();
  const [takeOver, goBack] = [await presence.prepareFor(second), await presence.prepareFor(first)];
  speaking.close();
  takeOver(undefined);
  await vi.waitFor(() => expect(speaking.isWaitedFor).toBe(true), { timeout: 20_000 });
  goBack(undefined);
  speaking.open();
  // Once for the first run, once for the second, and once for the first again.
  await vi.waitFor(() => expect(speaking.forgotten).toBe(3), { timeout: 20_000 });

  expect(await fitOf(workspace, second)).toBeUndefined();
  await presence.close();
});

test("whoever stops the bot while it learns does not wait for the end, and nothing is kept of it", async () => {
  const { workspace, first } = await twoRuns();
  shown.length = 0;
  const speaking = new FakeSpeaking();
  speaking.close();
  const stop = new AbortController();
  const context = await contextOf(workspace);
  const opening = BotPresence.open(context, first, speaking as never, { signal: stop.signal });
  await Promise.all([
    expect(opening).rejects.toThrow("aborted"),
    vi.waitFor(() => expect(speaking.isWaitedFor).toBe(true), { timeout: 20_000 }).then(() => stop.abort()),
  ]);

  expect(await fitOf(workspace, first)).toBeUndefined();
  expect(shown).toEqual(["0 of 480", "done"]);
});

/** A persona whose chances a test holds back. */
class FakeSpeaking {
  readonly openMask = undefined;
  readonly settings = { patience: 0, talkativeness: 1, keepDays: 0 };
  readonly persona = {
    chanceOfSpeaking: async (_: unknown, { signal }: { signal?: AbortSignal }) => {
      this.isWaitedFor = true;
      await Promise.race([this.#gate, raised(signal)]);
      return Math.random();
    },
    forget: () => {
      this.forgotten++;
    },
  };
  isWaitedFor = false;
  forgotten = 0;
  open = () => {};
  #gate: Promise<void> | undefined;

  close(): void {
    this.isWaitedFor = false;
    this.#gate = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

function raised(signal: AbortSignal | undefined): Promise<void> | undefined {
  return signal && new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}

async function twoRuns() {
  const workspace = await newWorkspace();
  const store = storeOf([groupChat("film club", 120)]);
  const { manifest, directory } = await prepareShards({
    store,
    workspace,
    trainTokenizer: 300,
    holdOutShare: 0.5,
  });
  const newRun = async (id: string) => {
    const folder = runDirectory(workspace, id);
    await mkdir(folder, { recursive: true });
    await cp(path.join(directory, "manifest.json"), path.join(folder, "manifest.json"));
    await cp(path.join(directory, "tokenizer.json"), path.join(folder, "model", "tokenizer.json"));
    return runRecord({ id, dataset: manifest.id, persona });
  };
  return { workspace, first: await newRun("aaaa"), second: await newRun("bbbb") };
}

/** A group in which everybody speaks in turn. */
function groupChat(thread: string, conversations: number): Message[] {
  const speakers = ["Ben", "Zoe", persona];
  return Array.from({ length: 12 * conversations }, (_, index) => {
    const at = 4 * hour * Math.floor(index / 12) + 20_000 * (index % 12);
    return message(thread, speakers[index % 3] as string, `words ${index % 7}`, at);
  });
}

async function contextOf(workspace: Workspace): Promise<CommandContext> {
  const ignored = () => {};
  return {
    workspace,
    terminal: { note: ignored, warn: ignored, progress },
    config: await loadConfig(path.join(workspace.root, "persona.json"), { mustExist: false }),
    passedOver: ignored,
  } as unknown as CommandContext;
}

function progress() {
  return {
    update: (done: number, total: number) => shown.push(`${done} of ${total}`),
    done: () => shown.push("done"),
  };
}

function fitOf(workspace: Workspace, { id }: RunRecord) {
  return readSpeakingFit(workspace, id, () => {});
}
