import { cp } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { trainingBackstage } from "../../src/commands/serving/backstage/training.ts";
import { projectRoot } from "../../src/project.ts";
import { listRuns, openQueueServer } from "../../src/train/index.ts";
import { countWorkers, openQueue } from "../../src/train/queue/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { commandContext } from "../commands/serving/command-context.ts";
import { ids } from "../discord-server/index.ts";
import { newWorkspace } from "../new-workspace.ts";
import { connect } from "../serve/discord/connect.ts";
import { writeRun } from "../train/run-record.ts";
import { startStoppable, untilState } from "./small-runs.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("/train start queues a run for a worker, /train status shows it at work, and /train cancel stops it", async () => {
  const workspace = await newWorkspace();
  await cp(path.join(projectRoot, "test/fixtures/old-data/data/messages"), workspace.messages, {
    recursive: true,
  });
  await withWorker(workspace);
  const { server } = await connect({ backstage: { training: await trainingIn(workspace) } });
  const owner = server.friend("Ana");
  const started = owner.types("/train start base:scratch:2x2x32 epochs:2", { in: ids.busy });
  const card = JSON.stringify((await started.answer()).components);
  const [run] = await listRuns(workspace, never);
  expect(run).toMatchObject({ base: { name: "scratch:2x2x32" }, settings: { epochs: 2, steps: 100_000 } });
  expect(card).toMatch(new RegExp(`Run ${run?.id}: (queued|running)`));
  await untilState({ workspace }, run?.id ?? "", "running");
  await vi.waitFor(
    async () => {
      const shown = await owner.types("/train status").answer();
      expect(JSON.stringify(shown.components)).toMatch(/: running.*from scratch:2x2x32.*step \d+ of 100000/);
    },
    { timeout: 30_000, interval: 200 },
  );
  expect(await owner.types(`/train cancel run:${run?.id}`).words()).toContain("saves and stops");
  await untilState({ workspace }, run?.id ?? "", "cancelled");
  const [told] = await server.untilSaid(1, { in: ids.busy });

  expect(JSON.stringify(told?.components)).toContain(`Run ${run?.id}: cancelled`);
});

test("while Redis is away the owner is told so in time, and runs of this machine are shown all the same", async () => {
  const workspace = await newWorkspace();
  await writeRun(workspace, { id: "aaaa", state: "cancelled" });
  vi.stubEnv("REDIS_URL", "redis://127.0.0.1:1");
  const { server } = await connect({ backstage: { training: await trainingIn(workspace) } });
  const owner = server.friend("Ana");
  for (const line of ["/train start", "/train cancel run:aaaa"]) {
    const asked = owner.types(line);
    expect(await asked.words()).toMatch(
      /^No Redis answers at 127\.0\.0\.1:1: connect ECONNREFUSED.*\nStart it/,
    );
    expect(asked.isEphemeral).toBe(true);
  }
  const shown = await owner.types("/train status run:aa").answer();

  expect(JSON.stringify(shown.components)).toContain("Run aaaa: cancelled");
});

const never = () => {
  throw new Error("nothing is damaged");
};

/** The queue of a workspace as the bot uses it; what is trained there takes its time. */
async function trainingIn(workspace: Workspace) {
  const context = await commandContext(workspace);
  return trainingBackstage({
    ...context,
    passedOver: never,
    config: { ...context.config, train: { ...context.config.train, steps: 100_000 } },
  });
}

async function withWorker(workspace: Workspace): Promise<void> {
  const server = await openQueueServer({ workspace });
  const worker = startStoppable({ workspace, server }, { idleBeforeExitMs: 600_000 });
  onTestFinished(async () => {
    await worker.leave();
    await server.close();
  });
  while ((await countWorkers(openQueue(server).redis)) === 0) await sleep(20);
}
