import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { withLock, withLockInTurn } from "../src/lock-file.ts";
import { askAtOnce } from "./at-once.ts";

test("the work is done under a private file with the process's id and its task, which then goes", async () => {
  const file = await newLock();
  const result = await withLock(file, "testing", async () => {
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ pid: process.pid, task: "testing" });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    return "done";
  });
  expect([result, existsSync(file)]).toEqual(["done", false]);
});

test("the lock goes when the work fails", async () => {
  const file = await newLock();
  const failing = withLock(file, "testing", () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(existsSync(file)).toBe(false);
});

test("while another process lives that holds it, whoever comes second is told which and what it does", async () => {
  const other = execa("node", ["-e", "setTimeout(() => {}, 60_000)"]);
  const content = JSON.stringify({ pid: other.pid, id: "its", task: "forgetting a person" });
  const file = await lockHeldBy(content);
  await expect(withLock(file, "importing", never)).rejects.toMatchObject({
    message: `Another process (${other.pid}) is forgetting a person.`,
    fix: "Wait until it has finished.",
  });
  expect(await readFile(file, "utf8")).toBe(content);
  other.kill();
  await other.catch(() => {});
});

test("a lock of an earlier version, which is its process's id alone, keeps others out too", async () => {
  const file = await lockHeldBy(String(process.ppid));
  await expect(withLock(file, "importing", never)).rejects.toThrow(
    `Another process (${process.ppid}) is at work here.`,
  );
});

test("the lock of a process that is gone is taken over", async () => {
  const gone = execa("node", ["-e", ""]);
  await gone;
  const file = await lockHeldBy(String(gone.pid));
  expect(await withLock(file, "testing", async () => "done")).toBe("done");
});

test("of many that take over one lock at once, one works at a time", async () => {
  for (let round = 0; round < 20; round++) {
    const file = await lockHeldBy("0");
    const { most, ended } = await askAtOnce((work) => withLock(file, "testing", work));
    expect(most).toBe(1);
    expect(ended.some(({ status }) => status === "fulfilled")).toBe(true);
    expect(await readdir(path.dirname(file))).toEqual([]);
  }
});

test("a takeover that was killed in its middle does not keep others out for good", async () => {
  const file = await lockHeldBy("0");
  await writeFile(`${file}.takeover`, "");
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(`${file}.takeover`, longAgo, longAgo);
  expect(await withLock(file, "testing", async () => "done")).toBe("done");
});

test("what a takeover left that was killed after it had removed the lock is gone with the next work", async () => {
  const file = await lockHeldBy("0");
  await rm(file);
  await writeFile(`${file}.takeover`, "");
  await withLock(file, "testing", async () => {});
  expect(await readdir(path.dirname(file))).toEqual([]);
});

test("one that was killed a moment ago is outlived", async () => {
  const file = await lockHeldBy("0");
  await writeFile(`${file}.takeover`, "");
  const justNow = new Date(Date.now() - 7_000);
  await utimes(`${file}.takeover`, justNow, justNow);
  expect(await withLock(file, "testing", async () => "done")).toBe("done");
});

test.each(["", "no number", "0", "-1"])(
  "a lock that says %j names nobody, and is taken over",
  async (content) => {
    expect(await withLock(await lockHeldBy(content), "testing", async () => "done")).toBe("done");
  },
);

test("a lock that is being written is waited for", async () => {
  const file = await lockHeldBy("");
  const second = withLock(file, "testing", never);
  await writeFile(file, String(process.ppid));
  await expect(second).rejects.toThrow(`(${process.ppid})`);
});

test("a lock with this process's id that it never took is from before a restart, and is taken over", async () => {
  expect(await withLock(await lockHeldBy(String(process.pid)), "testing", async () => "done")).toBe("done");
});

test("the same process cannot take it twice", async () => {
  const file = await newLock();
  await withLock(file, "testing", async () => {
    await expect(withLock(file, "testing", never)).rejects.toThrow("is testing");
    expect(existsSync(file)).toBe(true);
  });
  expect(await withLock(file, "testing", async () => "again")).toBe("again");
});

test("of many that come at once, one at a time is at work, and the others are refused", async () => {
  const file = await newLock();
  let atWork = 0;
  const all = Array.from({ length: 20 }, () =>
    withLock(file, "testing", async () => {
      expect(++atWork).toBe(1);
      await new Promise(setImmediate);
      atWork--;
    }).then(
      () => "done",
      () => "refused",
    ),
  );
  expect(await Promise.all(all)).toContain("done");
});

test("of many that wait for their turn, each gets it", async () => {
  const file = await newLock();
  await mkdir(path.dirname(file));
  const { most, ended } = await askAtOnce((work) => withLockInTurn(file, "testing", () => false, work));

  expect(most).toBe(1);
  expect(ended.every(({ status }) => status === "fulfilled")).toBe(true);
  expect(await readdir(path.dirname(file))).toEqual([]);
});

async function newLock(): Promise<string> {
  return path.join(await mkdtemp(path.join(tmpdir(), "persona lock ")), "messages", "import.lock");
}

async function lockHeldBy(content: string): Promise<string> {
  const file = await newLock();
  await mkdir(path.dirname(file));
  await writeFile(file, content);
  return file;
}

async function never(): Promise<never> {
  throw new Error("the work was begun");
}
