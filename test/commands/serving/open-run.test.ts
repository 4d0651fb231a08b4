import { truncate } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, test, vi } from "vitest";
import { replyChoices, withDefaults } from "../../../src/choices/index.ts";
import type { CommandContext } from "../../../src/commands/command.ts";
import { serveRunAndChoices } from "../../../src/commands/serving/open-run.ts";
import { type Device, SharedCard } from "../../../src/commands/serving/shared-card.ts";
import { UserError } from "../../../src/errors.ts";
import { type RunRecord, readRun, runDirectory } from "../../../src/handoffs/index.ts";
import type { Persona } from "../../../src/serve/index.ts";
import { openQueueServer, serveRun } from "../../../src/train/index.ts";
import { oldWorkspace } from "../../new-workspace.ts";
import { commandContext } from "./command-context.ts";

/** Two finished runs of an earlier version, with real models; the first was chosen to answer. */
const [answering, other] = ["f2b3e88375", "916e71c1b1"] as const;
let context: CommandContext;
let said: string[];

beforeEach(async () => {
  const workspace = await oldWorkspace();
  said = [];
  context = await commandContext(workspace, said);
});

test("the one who serves is told of the run that takes over, and what was to wait for it is done", async () => {
  const { serving, taken } = await serve({ isNamed: false });
  await choose(other);
  await vi.waitFor(
    () => expect(said).toContainEqual(expect.stringMatching(`as run ${other}.* from now on`)),
    {
      timeout: 60_000,
    },
  );

  expect(serving.persona.about).toContain(other);
  expect(taken).toEqual([other]);
  await serving.close();
});

test("a run that was named stays, whatever is chosen", async () => {
  const { serving } = await serve({ isNamed: true });
  await choose(other);
  await new Promise((resolve) => setTimeout(resolve, 1500));

  expect(serving.persona.about).toContain(answering);
  await serving.close();
});

test("a run that is not admitted does not answer, and why is said with what to do", async () => {
  const { serving, taken } = await serve({ isNamed: false, mayTakeOver: false });
  await choose(other);
  const refusal = `It leaks. Run ${answering} goes on answering.\n  Fix: --yes`;
  await vi.waitFor(() => expect(said).toContain(refusal), { timeout: 60_000 });

  expect(serving.persona.about).toContain(answering);
  expect(taken).toEqual([]);
  await serving.close();
});

test("a run that cannot be opened leaves the GPU to others", async () => {
  const run = await runOf(answering);
  await truncate(path.join(runDirectory(context.workspace, run.id), "model.gguf"), 9000);
  const card = new SharedCard(await openQueueServer({ workspace: context.workspace }));
  await card.look();
  const options = { flags: { guard: "off" }, isNamed: true } as const;

  await expect(serveRunAndChoices(context, run, options, { openCard: async () => card })).rejects.toThrow(
    "cut off",
  );
  await expect(card.look()).rejects.toThrow("closed");
});

test("a run that was opened on the GPU while that went to another leaves it too", async () => {
  const opened: string[] = [];
  const card = movableCard();
  const serving = await serveRunAndChoices(
    context,
    await runOf(answering),
    { flags: {}, isNamed: false },
    {
      openCard: async () => card,
      async open(_, { id }, { place }) {
        opened.push(`${id} on ${place}`);
        if (id === other && place === "gpu") void card.moveTo("cpu");
        await sleep(opened.length === 2 ? 300 : 10);
        return { persona: silentPersona(`${id} on ${place}`), settings, openMask: undefined };
      },
    },
  );
  await choose(other);
  await vi.waitFor(() => expect(serving.persona.about).toBe(`${other} on cpu`), { timeout: 60_000 });
  await card.moved;

  expect(serving.run.id).toBe(other);
  expect(opened[1]).toBe(`${other} on gpu`);
  await serving.close();
});

test("a persona that is to rest has no model in memory while a run has the GPU, and another one afterwards", async () => {
  const card = movableCard();
  const flags = { guard: "off", whileTraining: "rest" } as const;
  const options = { flags, isNamed: true };
  const serving = await serveRunAndChoices(context, await runOf(answering), options, {
    openCard: async () => card,
  });
  const engines = [serving.persona.engine];
  for (const place of ["cpu", "gpu"] as const) {
    card.moveTo(place);
    await card.moved;
    engines.push(serving.persona.engine);
  }

  expect(engines).toEqual([
    expect.stringContaining("llama.cpp"),
    "nothing at the moment: a run has the GPU",
    expect.stringContaining("llama.cpp"),
  ]);
  expect(said).toContainEqual(expect.stringMatching(/rests until it is through/));
  await serving.close();
});

/** A card whose place is told by the test. */
function movableCard() {
  let move: (place: Device) => Promise<void>;
  return {
    place: "gpu" as Device,
    moved: Promise.resolve(),
    share(told: (place: Device) => Promise<void>) {
      move = told;
    },
    moveTo(place: Device) {
      this.place = place;
      this.moved = move(place);
    },
    async close() {},
  };
}

const settings = withDefaults(replyChoices, {});

function silentPersona(about: string): Persona {
  return { name: "Ana", about, close: async () => {} } as Persona;
}

async function serve({ isNamed, mayTakeOver = true }: { isNamed: boolean; mayTakeOver?: boolean }) {
  const taken: string[] = [];
  const serving = await serveRunAndChoices(context, await runOf(answering), {
    flags: { guard: "off", temperature: 0 },
    isNamed,
    async admit({ id }) {
      if (!mayTakeOver) throw new UserError("It leaks.", { fix: "--yes" });
      return () => taken.push(id);
    },
  });
  return { serving, taken };
}

async function choose(id: string): Promise<void> {
  await serveRun(context.workspace, await runOf(id));
}

async function runOf(id: string): Promise<RunRecord> {
  return (await readRun(context.workspace, id)) as RunRecord;
}
