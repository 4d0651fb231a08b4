import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { countMemoryKills, judgeEnd, judgeError, judgeWords } from "../../../src/train/worker/failures.ts";

const circumstances = { id: "3f2a", peakMemoryBytes: 12.34e9, isMemoryKill: false };

function ended(how: { exitCode?: number; signal?: NodeJS.Signals; said?: string }) {
  const { exitCode = null, signal = null, said = "" } = how;
  return { exitCode, signal, wasKilled: false, lastLines: said.split("\n") };
}

test("a trainer that the kernel ended for memory is not tried again, and the numbers are said", () => {
  const verdict = judgeEnd(ended({ signal: "SIGKILL" }), { ...circumstances, isMemoryKill: true });

  expect(verdict.cure).toBe("give-up");
  expect(verdict.reason).toMatch(
    /^The kernel ended the trainer for memory: it had used 12\.3 GB, and this machine has \d+\.\d GB$/,
  );
  expect(verdict.fix).toContain("--micro-batch");
});

test("a trainer that somebody killed is tried again", () => {
  expect(judgeEnd(ended({ signal: "SIGKILL" }), circumstances).cure).toBe("again");
  expect(judgeEnd(ended({ signal: "SIGTERM" }), circumstances).cure).toBe("again");
});

test("a crash is given up with the signal or code and the last lines", () => {
  expect(judgeEnd(ended({ signal: "SIGSEGV" }), circumstances)).toMatchObject({
    cure: "give-up",
    reason: expect.stringContaining("SIGSEGV"),
  });
  expect(judgeEnd(ended({ exitCode: 1, said: "Traceback\nValueError: no" }), circumstances)).toMatchObject({
    cure: "give-up",
    reason: "The trainer crashed (exit code 1):\nTraceback\nValueError: no",
  });
});

test("a trainer that lacks a package says how to get it back", () => {
  const said = "Traceback\nModuleNotFoundError: No module named 'peft.tuners'";

  expect(judgeEnd(ended({ exitCode: 1, said }), circumstances)).toMatchObject({
    cure: "give-up",
    reason: "The Python environment in .venv lacks peft",
    fix: expect.stringContaining("Remove .venv"),
  });
});

test("a lost GPU is told from other errors of CUDA", () => {
  const lost = [
    "torch.AcceleratorError: CUDA error: unspecified launch failure",
    "RuntimeError: CUDA error: uncorrectable ECC error encountered",
    "Unable to determine the device handle for GPU0: GPU is lost. Reboot the system to recover this GPU",
  ];
  const others = [
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
    "CUDA error: device-side assert triggered",
    "RuntimeError: CUDA error: invalid device ordinal",
  ];

  for (const said of lost)
    expect(judgeEnd(ended({ exitCode: 1, said }), circumstances).cure).toBe("again-once");
  for (const said of others)
    expect(judgeEnd(ended({ exitCode: 1, said }), circumstances).cure).toBe("give-up");
});

test("a GPU that the trainer misses is lost as well, and is left alone for a while", () => {
  const reason = "The GPU is lost: CUDA_VISIBLE_DEVICES names 0, and CUDA finds none";
  const lost = { cure: "again-once", isLostGpu: true };

  expect(judgeWords({ reason, fix: "See nvidia-smi" }, "3f2a")).toMatchObject(lost);
  // Of a team, the others say it on stderr.
  expect(judgeEnd(ended({ exitCode: 1, said: `Process 1: ${reason}` }), circumstances)).toMatchObject(lost);
  expect(judgeWords({ reason: "The trainer said nothing", fix: "" }, "3f2a").isLostGpu).toBeUndefined();
});

test("a full disk waits for a person, whoever notices it", () => {
  const said = "OSError: [Errno 28] No space left on device: 'weights.safetensors'";
  const verdicts = [
    judgeEnd(ended({ exitCode: 1, said }), circumstances),
    judgeWords({ reason: "The disk is full", fix: "Free some space" }, "3f2a"),
    judgeError(
      Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }),
      "3f2a",
    ),
  ];

  for (const { cure } of verdicts) expect(cure).toBe("wait");
});

test("a directory that takes no files is named as the reason", () => {
  for (const code of ["EACCES", "EROFS", "EPERM"]) {
    const error = Object.assign(new Error(code), { code });
    expect(judgeError(error, "3f2a")).toMatchObject({
      cure: "give-up",
      reason: `The run's directory cannot be written to (${code})`,
    });
  }
});

test("what may be cured by itself is tried again: a server's refusal, and once what went wrong in the worker", () => {
  const busy = Object.assign(new Error("BUSY Redis is busy running a script"), { name: "ReplyError" });
  const vanished = Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" });

  expect(judgeError(busy, "3f2a").cure).toBe("again");
  expect(judgeError(vanished, "3f2a").cure).toBe("again-once");
});

test("the kernel's kills for memory count where they hit this process's own group", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "persona kills "));
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  };
  await write("proc/vmstat", "nr_free_pages 7\noom_kill 42\n");
  expect(await countMemoryKills(root)).toBe(42);
  await write("proc/self/cgroup", "0::/user.slice/one.scope\n");
  await write("sys/fs/cgroup/user.slice/memory.events", "max 0\noom_kill 3\noom_group_kill 0\n");
  expect(await countMemoryKills(root)).toBe(3);
  await write("sys/fs/cgroup/user.slice/one.scope/memory.events", "oom 9\noom_kill 1\n");
  expect(await countMemoryKills(root)).toBe(1);
  await write("proc/self/cgroup", "8:pids:/\n4:memory:/docker/4f\n0::/\n");
  await write("sys/fs/cgroup/memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n");
  expect(await countMemoryKills(root)).toBe(5);
});

test.runIf(process.platform === "linux")("the kernel's count of memory kills can be read", async () => {
  expect(await countMemoryKills()).toBeGreaterThanOrEqual(0);
});
