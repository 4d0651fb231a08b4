import { expect, test } from "vitest";
import { UserError } from "../../../../../src/errors.ts";
import { startBot } from "../../../../../src/serve/index.ts";
import { ids } from "../../../../discord-server/index.ts";
import { connect, defaults, eventually } from "../../connect.ts";
import { newState } from "../../settings-with.ts";

/** A queue whose runs end when the test says so. */
function queue() {
  const runs = [{ id: "3f2a", state: "finished", isOpen: false, about: ["loss 3.1"], curve: ["▁▂▃"] }];
  const asked: unknown[] = [];
  const ending: ((state: string) => void)[] = [];
  const training = {
    runs: async () => runs,
    show: async (id: string) => runs.find((run) => run.id === id),
    async start(settings: object) {
      asked.push(settings);
      runs.unshift({ id: "77aa", state: "queued", isOpen: true, about: [], curve: [] });
      return "77aa";
    },
    cancel: async (id: string) => void asked.push(`cancel ${id}`),
    ended: (id: string, signal: AbortSignal) =>
      new Promise<(typeof runs)[number] | undefined>((resolve) => {
        signal.addEventListener("abort", () => resolve(undefined));
        ending.push((state) => resolve({ id, state, isOpen: false, about: [`it ${state}`], curve: [] }));
      }),
  };
  return { asked, ending, backstage: { training } };
}

test("/train start queues a run, and its end is told where it was asked for, after a restart too", async () => {
  const { asked, ending, backstage } = queue();
  const state = newState();
  const { server, bot } = await connect({ backstage, state });
  const owner = server.friend("Ana");
  const started = owner.types("/train start base:gpt2-large epochs:2", { in: ids.busy });
  expect(JSON.stringify((await started.answer()).components)).toContain("Run 77aa: queued");
  expect(started.isEphemeral).toBe(true);
  expect(asked).toEqual([{ base: "gpt2-large", epochs: 2 }]);
  await bot.close();

  const again = await startBot({ ...defaults(server.api), backstage, state });
  await eventually(() => expect(ending.length).toBe(2));
  ending[1]?.("failed");
  const [told] = await server.untilSaid(1, { in: ids.busy });
  await again.close();

  expect(JSON.stringify(told?.components)).toContain("Run 77aa: failed");
  expect(state.current.awaitedRuns).toEqual([]);
});

test("/train status shows a card with the loss, whose buttons refresh it and stop the run", async () => {
  const { asked, backstage } = queue();
  const { server } = await connect({ backstage });
  const owner = server.friend("Ana");
  const card = await owner.types("/train status").answer();
  expect(JSON.stringify(card.components)).toContain("▁▂▃");
  await owner.types("/train start").answer();
  const open = await owner.types("/train status run:77").answer();
  expect(JSON.stringify((await owner.clicks(open, "Refresh").answer()).components)).toContain("77aa");
  expect(await owner.clicks(open, "Save and stop").words()).toContain("persona runs resume 77aa");
  expect(await owner.isOffered("/train cancel run:")).toEqual([{ name: "77aa", value: "77aa" }]);

  expect(asked.at(-1)).toBe("cancel 77aa");
});

test("a button whose answer takes its time brings it as a message of its own", async () => {
  const { backstage } = queue();
  const { server } = await connect({ backstage });
  const owner = server.friend("Ana");
  const card = await owner.types("/train status").answer();
  const { show } = backstage.training;
  backstage.training.show = (id) => new Promise((resolve) => setTimeout(() => resolve(show(id)), 3500));
  const refreshed = owner.clicks(card, "Refresh");

  expect(JSON.stringify((await refreshed.answer()).components)).toContain("Run 3f2a: finished");
  expect(refreshed.isDeferred).toBe(true);
});

test("why a run cannot be started is told to the owner; nobody else starts one", async () => {
  const { backstage } = queue();
  backstage.training.start = () =>
    Promise.reject(
      new UserError("There is no room on this disk.", { fix: "Remove runs: persona runs prune" }),
    );
  const { server } = await connect({ backstage });

  expect(await server.friend("Ana").types("/train start").words()).toBe(
    "There is no room on this disk.\nRemove runs: persona runs prune",
  );
  expect(await server.friend("Ben").types("/train start").words()).toBe("Only my owner can do that.");
});

test("a part of an id that several runs begin with is told, with all that it may mean", async () => {
  const { backstage } = queue();
  const runs = ["3f2a11", "3f2b22", "77aa33"].map((id) => ({
    ...{ id, state: "finished", isOpen: false, about: [], curve: [] },
  }));
  const { server } = await connect({
    backstage: { training: { ...backstage.training, runs: async () => runs } },
  });

  expect(await server.friend("Ana").types("/train status run:3f2").words()).toBe(
    "Several runs start with 3f2: 3f2a11 and 3f2b22. Give me more of the id that you mean.",
  );
  expect(await server.friend("Ana").types("/train status run:9").words()).toBe("There is no such run.");
});
