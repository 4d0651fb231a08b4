/**
 * An import that is killed at any moment leaves the store as before or as after, and the next import finishes the work.
 * `PERSONA_KILLS` sets how often, `PERSONA_KILL_SEED` when.
 */
import { createHash } from "node:crypto";
import { cp, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { openMessages } from "../../src/ingest/index.ts";
import { projectRoot } from "../../src/project.ts";
import { openWorkspace } from "../../src/workspace.ts";
import { writeFolder } from "./export-writer.ts";
import { seededChance } from "./truth/random.ts";
import { earlier, today } from "./truth/snapshots.ts";
import { bytesOf } from "./truth/store.ts";
import { makeWorld } from "./truth/world.ts";
import { dyiFiles } from "./truth/writers.ts";

const kills = Number(process.env.PERSONA_KILLS ?? 200);
const random = seededChance(Number(process.env.PERSONA_KILL_SEED ?? 1));
const cli = path.join(projectRoot, "dist", "cli.js");
const world = makeWorld(30, { longest: 3000, partSize: 500 });
const killsBetweenFullImports = 5;

test("killed while it fills an empty store, an import leaves none or all of it", {
  timeout: 1_200_000,
}, async () => {
  await campaign(undefined, Math.floor(kills / 2));
});

test("killed while it adds to a store, an import leaves the old or the new one", {
  timeout: 1_200_000,
}, async () => {
  const old = await writeFolder(await newFolder(), dyiFiles(earlier(world)));
  await campaign(old, Math.ceil(kills / 2));
});

async function campaign(before: string | undefined, rounds: number): Promise<void> {
  const directory = await newFolder();
  const fresh = await writeFolder(path.join(directory, "export"), dyiFiles(today(world)));
  const template = path.join(directory, "before");
  if (before !== undefined) await importInto(template, before);
  const { duration, firstChange, after } = await undisturbed(template, fresh);
  const states = [await stateOf(template), await stateOf(after)];
  const bytes = await bytesOf(openWorkspace(after));
  const data = path.join(directory, "data");
  const seen = new Map<string, number>();

  await reset(data, template);
  for (let round = 1; round <= rounds; round++) {
    await killAt(data, fresh, momentMs(duration, firstChange));
    const state = await stateOf(data);
    seen.set(state, (seen.get(state) ?? 0) + 1);
    expect(states, `kill ${round} left a store that is neither the old nor the new one`).toContain(state);

    if (round % killsBetweenFullImports === 0) {
      await importInto(data, fresh);
      expect(await bytesOf(openWorkspace(data)), `after kill ${round}`).toEqual(bytes);
    }
    if (round % killsBetweenFullImports === 0 || state === states[1]) await reset(data, template);
  }
  // Kills that all came too early would prove nothing.
  if (rounds >= 50) expect(seen.size).toBe(2);
}

/** Most kills fall between the first byte written and the end, some anywhere, a few when a busy machine may be done. */
function momentMs(duration: number, firstChange: number): number {
  if (random.chance(0.1)) return duration * (1 + random.next());
  const from = random.chance(0.25) ? 0 : Math.max(0, firstChange - 20);
  return from + random.next() * (duration * 1.05 - from);
}

/** An import from start to end: how long it takes, when it first touches the store, and what it leaves. */
async function undisturbed(template: string, fresh: string) {
  const after = `${template} and after`;
  await reset(after, template);
  // Once before the clock runs, so that the files are in the system's memory as they are for the kills.
  await importInto(after, fresh);
  await reset(after, template);
  const messages = openWorkspace(after).messages;
  const untouched = await lastChange(messages);
  const startedAt = performance.now();
  let firstChange: number | undefined;
  const isDone = importInto(after, fresh).then(() => true);
  while (!(await Promise.race([isDone, sleep(2, false)]))) {
    if (firstChange === undefined && (await lastChange(messages)) !== untouched)
      firstChange = performance.now() - startedAt;
  }
  const duration = performance.now() - startedAt;
  return { duration, firstChange: firstChange ?? duration / 2, after };
}

async function lastChange(directory: string): Promise<number | undefined> {
  return (await stat(directory).catch(() => undefined))?.mtimeMs;
}

async function killAt(data: string, fresh: string, momentInMs: number): Promise<void> {
  const child = importInto(data, fresh, { reject: false });
  await Promise.race([sleep(momentInMs), child]);
  child.kill("SIGKILL");
  await child;
}

function importInto(data: string, folder: string, { reject = true } = {}) {
  return execa("node", [cli, "import", folder, "--data", data], { cwd: path.dirname(data), reject });
}

/** What a reader sees: every message of the store, or that there is none. */
async function stateOf(data: string): Promise<string> {
  const digest = createHash("sha256");
  try {
    const store = await openMessages(openWorkspace(data));
    digest.update(store.owner);
    for (const thread of store.threads) {
      digest.update(JSON.stringify(thread));
      for await (const message of store.read(thread)) digest.update(JSON.stringify(message));
    }
  } catch (error) {
    // Nothing imported yet is a state too; a store that cannot be read is not.
    if (error instanceof UserError && /persona import/.test(error.fix)) return "none";
    throw error;
  }
  return digest.digest("hex");
}

async function reset(data: string, template: string): Promise<void> {
  await rm(data, { recursive: true, force: true });
  await cp(template, data, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "persona kill "));
}
