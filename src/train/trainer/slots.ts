import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { execa } from "execa";
import { keyOf, type QueueConnection } from "../queue/index.ts";

/** One place for one run: a GPU of this machine, or its processor. */
export interface Slot {
  /** `gpu:0`, `gpu:GPU-5c…` or `cpu`. */
  name: string;
  /** What the trainer sees of the machine's GPUs. */
  environment: Record<string, string>;
}

/**
 * The GPUs of this machine that this process may use, one slot each; a machine without any is one slot.
 *
 * `CUDA_VISIBLE_DEVICES` chooses among them, as for every CUDA program.
 */
export async function findSlots(environment = process.env): Promise<Slot[]> {
  const visible = environment.CUDA_VISIBLE_DEVICES;
  const gpus = visible === undefined ? await listGpus(environment) : visible.split(",");
  // The driver numbers GPUs by their place on the bus, CUDA by their speed unless it is told otherwise.
  const order = visible === undefined ? { CUDA_DEVICE_ORDER: "PCI_BUS_ID" } : {};
  const usable = gpus.map((gpu) => gpu.trim()).filter((gpu) => gpu !== "" && gpu !== "-1");
  if (usable.length === 0) return [{ name: "cpu", environment: {} }];
  return usable.map((gpu) => ({
    name: `gpu:${gpu}`,
    environment: { ...order, CUDA_VISIBLE_DEVICES: gpu },
  }));
}

async function listGpus(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const { stdout, failed } = await execa("nvidia-smi", ["--query-gpu=index", "--format=csv,noheader"], {
    env: environment,
    extendEnv: false,
    reject: false,
    timeout: 20_000,
  });
  return failed ? [] : stdout.split("\n");
}

export interface Lease {
  slot: Slot;
  /** Raised when somebody else got the slot while the server, or this process, was away. */
  lost: AbortSignal;
  release(): Promise<void>;
}

const slotKey = (host: string, slot: string) => keyOf("slot", host, slot);
const renew = `
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`;
const release = `if redis.call("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) end`;

/** Leases so many slots as one, or none of them: half of what a run needs helps nobody. */
export async function leaseSlots(
  redis: QueueConnection,
  slots: Slot[],
  count: number,
  options: { durationMs: number; host?: string },
): Promise<Lease | undefined> {
  const leases: Lease[] = [];
  while (leases.length < count) {
    const taken = new Set(leases.map(({ slot }) => slot));
    const lease = await leaseSlot(
      redis,
      slots.filter((slot) => !taken.has(slot)),
      options,
    );
    if (lease === undefined) {
      for (const held of leases) await held.release();
      return undefined;
    }
    leases.push(lease);
  }
  return joined(leases);
}

function joined(leases: Lease[]): Lease {
  const visible = leases.flatMap(({ slot }) => slot.environment.CUDA_VISIBLE_DEVICES ?? []).join(",");
  return {
    slot: {
      name: leases.map(({ slot }) => slot.name).join("+"),
      environment: Object.assign(
        {},
        ...leases.map(({ slot }) => slot.environment),
        visible === "" ? {} : { CUDA_VISIBLE_DEVICES: visible },
      ),
    },
    lost: AbortSignal.any(leases.map(({ lost }) => lost)),
    async release() {
      for (const lease of leases) await lease.release();
    },
  };
}

/**
 * Leases a free slot of this machine, or none.
 *
 * A lease ends by itself `durationMs` after its holder died, so that one GPU never has two runs and is never lost.
 */
export async function leaseSlot(
  redis: QueueConnection,
  slots: Slot[],
  { durationMs, host = hostname() }: { durationMs: number; host?: string },
): Promise<Lease | undefined> {
  const holder = randomUUID();
  for (const slot of slots) {
    const key = slotKey(host, slot.name);
    if ((await redis.set(key, holder, "PX", durationMs, "NX")) === null) continue;
    const lost = new AbortController();
    const timer = setInterval(async () => {
      const isMine = await redis.eval(renew, 1, key, holder, durationMs).catch(() => 1);
      if (isMine === 0) lost.abort();
    }, durationMs / 3);
    return {
      slot,
      lost: lost.signal,
      async release() {
        clearInterval(timer);
        // Not waited for: while the server is away the lease ends by itself.
        redis.eval(release, 1, key, holder).catch(() => {});
      },
    };
  }
  return undefined;
}
