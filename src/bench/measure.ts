import path from "node:path";
import { execa } from "execa";
import * as z from "zod";
import { projectRoot } from "../project.ts";

const ProcessCost = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakBytes: z.number(),
  exitCode: z.int(),
});

/** What one run of a program took, as the kernel counted it. */
export type ProcessCost = z.infer<typeof ProcessCost>;

/**
 * Runs a program to its end as a process of its own.
 *
 * @param cores Pins the program to the first so many cores, where `taskset` exists; otherwise it may use all.
 */
export async function measureProcess(
  command: string[],
  { cores, environment = {} }: { cores?: number; environment?: Record<string, string> } = {},
): Promise<ProcessCost> {
  const pinned = cores === undefined ? command : ["taskset", "-c", `0-${cores - 1}`, ...command];
  const { stdout, stderr } = await execa(
    "python3",
    [path.join(projectRoot, "scripts", "bench", "measure.py"), "--", ...pinned],
    // Node reads a machine's own certificates at every start, which takes longer than all else of it (40 ms for Debian's).
    { env: { ...environment, NODE_EXTRA_CA_CERTS: undefined } },
  );
  const measured = ProcessCost.parse(JSON.parse(stdout));
  if (measured.exitCode === 0) return measured;
  throw new Error(`${command.join(" ")} ended with exit code ${measured.exitCode}:\n${stderr.slice(-2000)}`);
}

/** The middle of several figures: one slow run on a busy machine does not move it. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
