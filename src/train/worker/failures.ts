import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import path from "node:path";
import { codeOf, isDiskFull, isRefused, saysDiskIsFull } from "../../disk-errors.ts";
import { lackingPackage } from "../../python.ts";
import type { TrainerEnd } from "../trainer/index.ts";
import { formatGigabytes } from "./disk.ts";

interface Failure {
  reason: string;
  fix: string;
}

/**
 * What to do about an attempt that ended badly.
 *
 * `again`: the next attempt may well succeed. `again-once`: it may, but a second time means that it does not.
 * `wait`: a person must make room first. `give-up`: the same would happen again.
 */
export interface Verdict extends Failure {
  cure: "again" | "again-once" | "wait" | "give-up";
  /** A driver may take minutes until its GPU answers again. */
  isLostGpu?: boolean;
}

interface Circumstances {
  id: string;
  /** The trainer's highest use of memory in bytes, as far as it said. */
  peakMemoryBytes: number;
  /** True when the kernel ended a process of this machine for memory meanwhile. */
  isMemoryKill: boolean;
}

/** Judges a trainer that ended without a result. */
export function judgeEnd(end: TrainerEnd, circumstances: Circumstances): Verdict {
  const { id } = circumstances;
  if (end.signal === "SIGKILL" && circumstances.isMemoryKill) return outOfMemory(circumstances);
  if (end.signal === "SIGKILL" || end.signal === "SIGTERM" || end.signal === "SIGINT") {
    return {
      cure: "again",
      reason: `The trainer was ended from outside (${end.signal})`,
      fix: `persona runs resume ${id} continues from its last checkpoint.`,
    };
  }
  const words = end.lastLines.join("\n");
  if (gpuLost.test(words)) {
    return {
      cure: "again-once",
      isLostGpu: true,
      reason: `The GPU was lost: ${lastLine(end)}`,
      fix: `See nvidia-smi and dmesg; when the GPU answers again: persona runs resume ${id}`,
    };
  }
  if (saysDiskIsFull(words)) return fullDisk(id);
  const lacking = lackingPackage(end.lastLines);
  if (lacking)
    return { cure: "give-up", reason: lacking.reason, fix: `${lacking.fix}; persona runs resume ${id}` };
  const how = end.signal ?? `exit code ${end.exitCode}`;
  return {
    cure: "give-up",
    reason: `The trainer crashed (${how}):\n${end.lastLines.slice(-5).join("\n")}`,
    fix: `persona runs resume ${id} continues from its last checkpoint.`,
  };
}

/** Judges what the trainer itself said on ending. */
export function judgeWords({ reason, fix }: Failure, id: string): Verdict {
  if (saysDiskIsFull(reason)) return fullDisk(id);
  if (gpuLost.test(reason)) return { cure: "again-once", isLostGpu: true, reason, fix };
  // What another machine of the same disk has left of the run is still saving.
  if (/another trainer is at work/i.test(reason)) return { cure: "again", reason, fix };
  return { cure: "give-up", reason, fix };
}

/** Judges what went wrong in the worker, such as a write that failed. */
export function judgeError(error: unknown, id: string): Verdict {
  const { name, message } = error as Error;
  if (isDiskFull(error)) return fullDisk(id);
  if (isRefused(error)) {
    return {
      cure: "give-up",
      reason: `The run's directory cannot be written to (${codeOf(error)})`,
      fix: `Make it writable for the worker's user, then: persona runs resume ${id}`,
    };
  }
  const fix = `persona runs resume ${id}`;
  // A server that is busy, full or still loading refuses everybody: that says nothing about the run.
  if (name === "ReplyError") return { cure: "again", reason: `The queue's server refused: ${message}`, fix };
  return { cure: "again-once", reason: `The worker failed: ${message}`, fix };
}

/** A driver that lost its GPU says one of these; out of memory and wrong indices are other errors. */
const gpuLost =
  /GPU (?:is lost|has fallen off the bus)|(?:CUDA|HIP) error: (?:unspecified launch failure|uncorrectable ECC|the launch timed out|no CUDA-capable device|device-side hardware|unknown error|all CUDA-capable devices are busy)|CUDA_ERROR_(?:ECC_UNCORRECTABLE|DEVICE_UNAVAILABLE)|NVML: (?:GPU is lost|Unknown Error)/i;

function fullDisk(id: string): Verdict {
  return {
    cure: "wait",
    reason: "The disk is full; the checkpoints before are whole",
    fix: `Free some space (persona runs prune --dry-run shows what could go), then: persona runs resume ${id}`,
  };
}

function outOfMemory({ id, peakMemoryBytes }: Circumstances): Verdict {
  const used = peakMemoryBytes > 0 ? `it had used ${formatGigabytes(peakMemoryBytes)}, and ` : "";
  return {
    cure: "give-up",
    reason: `The kernel ended the trainer for memory: ${used}this machine has ${formatGigabytes(totalmem())}`,
    fix: `Ask for less: persona train with a lower --micro-batch or --context-length, with --lora, or with a smaller --base. Or free memory: persona runs resume ${id}`,
  };
}

function lastLine({ lastLines }: TrainerEnd): string {
  return lastLines.at(-1) ?? "";
}

/**
 * How many processes of this one's control group the kernel has ended for memory, its trainers among them; 0 where it
 * does not say.
 *
 * The whole machine's count, which other containers raise, is only for machines without control groups.
 *
 * @param root Where `/proc` and `/sys` are.
 */
export async function countMemoryKills(root = "/"): Promise<number> {
  const groups = await readFile(path.join(root, "proc/self/cgroup"), "utf8").catch(() => "");
  const counts = [...countsOf(groups), "proc/vmstat"].map((file) => path.join(root, file));
  for (const file of counts) {
    const [, kills] = /^oom_kill (\d+)$/m.exec(await readFile(file, "utf8").catch(() => "")) ?? [];
    if (kills !== undefined) return Number(kills);
  }
  return 0;
}

/** Where a group's count may lie, the nearest first: a container may see its own group as the root. */
function countsOf(groups: string): string[] {
  const [, second] = /^0::(.*)$/m.exec(groups) ?? [];
  const [, first] = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups) ?? [];
  return [
    ...(first === undefined ? [] : upwards(first).map((g) => `sys/fs/cgroup/memory${g}/memory.oom_control`)),
    ...(second === undefined ? [] : upwards(second).map((g) => `sys/fs/cgroup${g}/memory.events`)),
  ];
}

/** `/a/b`, `/a` and the root. */
function upwards(group: string): string[] {
  return group === "/" ? ["/"] : [group, ...upwards(path.posix.dirname(group))];
}
