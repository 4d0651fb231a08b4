import { expect, test } from "vitest";
import { TrainerProcess } from "../../../src/train/trainer/trainer-process.ts";
import { collect, firstLine, program } from "./programs.ts";

test("what it says on stdout is heard, of stderr the last twenty lines are kept, and so is how it ended", async () => {
  const options = await program(`
import os, sys
print(sys.argv[1], os.environ["GPU"])
for number in range(50_000): print(number, "x" * 50, file=sys.stderr)
print("y" * 5000, file=sys.stderr)
print("last words")
sys.exit(3)
`);
  const trainer = new TrainerProcess({ ...options, args: ["--lora"], environment: { GPU: "0" } });

  expect(await collect(trainer.lines)).toEqual(["--lora 0", "last words"]);
  const { lastLines, ...end } = await trainer.ended;
  expect(end).toEqual({ exitCode: 3, signal: null, wasKilled: false });
  expect(lastLines).toHaveLength(20);
  expect(lastLines[0]).toMatch(/^49981 /);
  expect(lastLines.at(-1)).toBe("y".repeat(2000));
});

test("a trainer gives way to whoever waits for a reply", async () => {
  const trainer = new TrainerProcess(await program("import os; print(os.nice(0))"));

  expect(await collect(trainer.lines)).toEqual(["10"]);
});

test("one that nobody listens to ends all the same, and what it said is there", async () => {
  const trainer = new TrainerProcess(await program("print('said and gone')"));
  await trainer.ended;

  expect(await collect(trainer.lines)).toEqual(["said and gone"]);
});

test("told to stop, it may save and say so", async () => {
  const trainer = new TrainerProcess(
    await program(`
import signal, time
def save(*_):
    print("saved")
    raise SystemExit
signal.signal(signal.SIGTERM, save)
print("at work")
time.sleep(60)
`),
  );
  expect(await firstLine(trainer.lines)).toBe("at work");
  trainer.stop();
  trainer.stop();

  expect(await collect(trainer.lines)).toEqual(["saved"]);
  expect(await trainer.ended).toMatchObject({ exitCode: 0, wasKilled: false });
});

test("told to stop, it is left alone while its folder grows, and killed with all it started once that stands still", async () => {
  const options = await program(
    `
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("at work")
with open(sys.argv[1] + "/weights", "wb") as file:
    for _ in range(15):
        time.sleep(0.1)
        file.write(b"0" * 100)
        file.flush()
print("saved")
time.sleep(600)
`,
    1000,
  );
  const trainer = new TrainerProcess({ ...options, args: [options.directory] });
  expect(await firstLine(trainer.lines)).toBe("at work");
  trainer.stop();

  expect(await collect(trainer.lines)).toEqual(["saved"]);
  expect(await trainer.ended).toMatchObject({ exitCode: null, signal: "SIGKILL", wasKilled: true });
});

test("what it leaves behind when it ends is ended too", async () => {
  const trainer = new TrainerProcess(
    await program(`
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("ends")
`),
  );
  // The child holds the pipe as well, which is closed once nobody is left.
  expect(await collect(trainer.lines)).toEqual(["ends"]);
  expect(await trainer.ended).toMatchObject({ exitCode: 0, wasKilled: false });
});

test("its stdin is open for as long as this process lives, and empty", async () => {
  const trainer = new TrainerProcess(
    await program(`
import select, sys
print(select.select([sys.stdin], [], [], 0.2)[0])
`),
  );
  expect(await collect(trainer.lines)).toEqual(["[]"]);
});
