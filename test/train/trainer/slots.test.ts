import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { findSlots, leaseSlot, leaseSlots, type Slot } from "../../../src/train/trainer/slots.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { useQueueServer } from "../queue-server.ts";

const own = useQueueServer();

const gpu = (number: string): Slot => ({
  name: `gpu:${number}`,
  environment: { CUDA_VISIBLE_DEVICES: number },
});
const first = gpu("0");
const second = gpu("1");

test("CUDA_VISIBLE_DEVICES chooses the GPUs; none is the processor", async () => {
  expect(await findSlots({ CUDA_VISIBLE_DEVICES: "1, GPU-5c" })).toEqual([
    { name: "gpu:1", environment: { CUDA_VISIBLE_DEVICES: "1" } },
    { name: "gpu:GPU-5c", environment: { CUDA_VISIBLE_DEVICES: "GPU-5c" } },
  ]);
  for (const none of ["", "-1"]) {
    expect(await findSlots({ CUDA_VISIBLE_DEVICES: none })).toEqual([{ name: "cpu", environment: {} }]);
  }
});

test("GPUs are those that the driver lists, numbered as it numbers them", async () => {
  const { root } = await newWorkspace();
  const driver = path.join(root, "nvidia-smi");
  await writeFile(driver, "#!/bin/sh\nprintf '0\\n1\\n'\n", { mode: 0o755 });
  const environment = { PATH: `${root}:${process.env.PATH}` };
  const order = { CUDA_DEVICE_ORDER: "PCI_BUS_ID" };

  expect(await findSlots(environment)).toEqual([
    { name: "gpu:0", environment: { ...order, CUDA_VISIBLE_DEVICES: "0" } },
    { name: "gpu:1", environment: { ...order, CUDA_VISIBLE_DEVICES: "1" } },
  ]);

  await writeFile(driver, "#!/bin/sh\necho 'No devices were found'; exit 6\n", { mode: 0o755 });
  expect(await findSlots(environment)).toEqual([{ name: "cpu", environment: {} }]);
});

test("each slot has one holder, on each machine, until it is released", async () => {
  const lease = (host: string) => leaseSlot(own.redis, [first, second], { durationMs: 5000, host });
  const here = await Promise.all([lease("here"), lease("here"), lease("here")]);
  const there = await lease("there");

  expect(here.map((each) => each?.slot.name).toSorted()).toEqual(["gpu:0", "gpu:1", undefined]);
  expect(there?.slot.name).toBe("gpu:0");
  for (const each of [...here, there]) await each?.release();
  expect((await lease("here"))?.slot.name).toBe("gpu:0");
});

test("several slots are leased as one that sees them all, or none of them", async () => {
  const options = { durationMs: 5000, host: "team" };
  const lease = (count: number) => leaseSlots(own.redis, [first, second], count, options);
  const one = await lease(1);
  expect(await lease(2)).toBeUndefined();
  // What was held for the moment is free again.
  const other = await lease(1);
  expect(other?.slot.name).toBe("gpu:1");
  for (const each of [one, other]) await each?.release();
  const both = await lease(2);

  expect(both?.slot).toEqual({ name: "gpu:0+gpu:1", environment: { CUDA_VISIBLE_DEVICES: "0,1" } });
  await both?.release();
});

test("a lease of a dead holder ends by itself, and a living one's does not", async () => {
  const lease = () => leaseSlot(own.redis, [first], { durationMs: 300, host: "elsewhere" });
  await own.redis.set("{persona}:slot:elsewhere:gpu:0", "dead", "PX", 300);
  expect(await lease()).toBeUndefined();
  await sleep(350);
  const held = await lease();
  await sleep(700);

  expect(held?.slot).toEqual(first);
  expect(await lease()).toBeUndefined();
  await held?.release();
});

test("a holder hears that its slot was given to another while it was away, and leaves it alone", async () => {
  const lease = await leaseSlots(own.redis, [first, second], 2, { durationMs: 300, host: "asleep" });
  await own.redis.set("{persona}:slot:asleep:gpu:1", "another");
  while (lease?.lost.aborted === false) await sleep(10);

  expect(lease?.lost.aborted).toBe(true);
  await lease?.release();
  expect(await own.redis.get("{persona}:slot:asleep:gpu:1")).toBe("another");
});
