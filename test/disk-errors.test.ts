import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { isDiskFull, isRefused, saysDiskIsFull } from "../src/disk-errors.ts";
import { projectRoot } from "../src/project.ts";

const full = ["EDQUOT", "EFBIG", "ENOSPC"];

test.each([...full, "EACCES", "EROFS", "EPERM", "ENOENT", "EIO"])(
  "%s is told apart by its code, and by its words where a worker thread lost the code",
  (code) => {
    const error = Object.assign(new Error(`${code}: what the system says, open '/data/a'`), { code });
    for (const seen of [error, structuredClone(error)]) {
      expect(isDiskFull(seen)).toBe(full.includes(code));
      expect(isRefused(seen)).toBe(["EACCES", "EROFS", "EPERM"].includes(code));
    }
  },
);

test("what is no error of the file system is neither", () => {
  for (const other of [new TypeError("x is not a function"), "ENOSPC", undefined, { code: 28 }]) {
    expect([isDiskFull(other), isRefused(other)]).toEqual([false, false]);
  }
});

test("a full disk is recognised in the last words of other programs", () => {
  for (const words of [
    "OSError: [Errno 28] No space left on device: '/data/runs/3f2a/attempt-1'",
    "I/O error: File too large (os error 27)",
    "OSError: [Errno 122] Disk quota exceeded",
  ])
    expect(saysDiskIsFull(words)).toBe(true);
  expect(saysDiskIsFull("OSError: [Errno 2] No such file or directory")).toBe(false);
});

test("the trainer and the command line mean the same by a full disk", async () => {
  const python = await readFile(path.join(projectRoot, "scripts/trainer/disk_errors.py"), "utf8");
  const [, codes = ""] = /^FULL = \{(.*)\}$/m.exec(python) ?? [];

  expect(codes.match(/E[A-Z]+/g)?.toSorted()).toEqual(full);
});
