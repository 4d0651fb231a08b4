import { execa } from "execa";
import { expect, test } from "vitest";
import { builtProgram } from "../../../src/project.ts";

test("persona bench http measures requests of every kind, and clients that wait", async () => {
  const small = ["--requests", "20", "--tokens", "4", "--clients", "5", "--seconds", "0.5"];
  const { stdout } = await execa(process.execPath, [
    builtProgram("cli.js"),
    "bench",
    "http",
    "--json",
    ...small,
  ]);
  const { overheads, idle } = JSON.parse(stdout);

  expect(overheads.map(({ what }: { what: string }) => what)).toEqual([
    "completion",
    "completion, streamed",
    "chat",
    "chat, streamed",
    "response, streamed",
  ]);
  for (const { medianMs, cpuMs } of overheads) expect(Math.min(medianMs, cpuMs)).toBeGreaterThan(0);
  expect(idle).toMatchObject({ clients: 5, seconds: 0.5 });
});
