import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { type ImportReport, importExports } from "../../../src/ingest/index.ts";
import { openWorkspace, type Workspace } from "../../../src/workspace.ts";
import { exportFiles, writeFolder } from "../export-writer.ts";
import { storedMessages } from "../stored-messages.ts";
import { bytesOf } from "../truth/store.ts";
import { hostileInputs } from "./inputs.ts";
import { friend, type HostileInput, type Outcome, owner } from "./parts.ts";

const inputs = hostileInputs();

test("the table names each input once", () => {
  expect(new Set(inputs.map(({ name }) => name)).size).toBe(inputs.length);
  expect(inputs.length).toBeGreaterThan(80);
});

// Files that are too large to be parsed whole are read another way, and have to end the same.
const streamed = inputs.map((input) => ({
  ...input,
  name: `${input.name}, streamed`,
  limits: { ...input.limits, wholeFileBytes: 1 },
}));

test.each(
  [...inputs, ...streamed].map((input): [string, HostileInput] => [
    `${input.name} (${input.outcome})`,
    input,
  ]),
)(
  "%s",
  async (_, input) => {
    const workspace = await workspaceWithMessages();
    const before = await bytesOf(workspace);
    const paths = await input.make(await newFolder());
    const result = await tryImport(paths, workspace, input);

    expect(result.outcome).toBe(input.outcome);
    expectNothingPrivate(result.words);
    if (result.outcome === "refused") {
      expect(await bytesOf(workspace)).toEqual(before);
      if (input.fix !== undefined) expect(result.words).toMatch(input.fix);
    } else {
      await expectGoodPart(workspace, input);
      await expectSameAgain(workspace, paths, input);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  },
  30_000,
);

interface Result {
  outcome: Outcome;
  /** All that a person is told. */
  words: string;
}

async function tryImport(paths: string[], workspace: Workspace, { limits }: HostileInput): Promise<Result> {
  const options = { workspace, persona: owner, ...(limits === undefined ? {} : { limits }) };
  try {
    const report = await importExports(paths, options);
    expect(report.read).toBe(report.added + report.duplicates + sum(Object.values(report.dropped)));
    return { outcome: hasWarning(report) ? "warned" : "imported", words: JSON.stringify(warningsOf(report)) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.fix).not.toBe("");
    return { outcome: "refused", words: `${error.message} ${error.fix}` };
  }
}

function hasWarning(report: ImportReport): boolean {
  return report.problems.length > 0 || report.drift.length > 0 || sum(Object.values(report.dropped)) > 0;
}

function warningsOf({ problems, drift, dropped }: ImportReport) {
  return { problems, drift, dropped };
}

/** No message's words, no person's name, no stack: only files, positions and what to do. */
function expectNothingPrivate(words: string): void {
  expect(words).not.toContain("secretword");
  expect(words).not.toContain("own words");
  expect(words).not.toContain(friend);
  expect(words).not.toMatch(/\n\s+at |node:internal/);
}

async function expectGoodPart(workspace: Workspace, { good, maybe = [] }: HostileInput): Promise<void> {
  const messages = await storedMessages(workspace);
  const texts = messages.filter(({ kind }) => kind === "text").map(({ text }) => text);
  const found = texts.filter((text) => !maybe.includes(text));

  expect(found.sort()).toEqual(["known before", "known too", ...good].sort());
  for (const { sentAt, text, sender } of messages) {
    expect(text.isWellFormed() && sender.isWellFormed()).toBe(true);
    // What JavaScript's own calendar can hold; reading the store must never throw.
    expect(sentAt === null || (Number.isInteger(sentAt) && Math.abs(sentAt) <= 8.64e15)).toBe(true);
  }
}

async function expectSameAgain(workspace: Workspace, paths: string[], input: HostileInput): Promise<void> {
  const once = await bytesOf(workspace);
  await tryImport(paths, workspace, input);
  expect(await bytesOf(workspace)).toEqual(once);
}

async function workspaceWithMessages(): Promise<Workspace> {
  const workspace = openWorkspace(await newFolder());
  const messages = [
    { sender_name: "Caro Díaz", timestamp_ms: 1_500_000_000_000, content: "known before" },
    { sender_name: owner, timestamp_ms: 1_500_000_060_000, content: "known too" },
  ];
  const files = exportFiles([{ folder: "inbox/caro_77", participants: ["Caro Díaz", owner], messages }], {
    owner,
  });
  await importExports([await writeFolder(await newFolder(), files)], { workspace });
  return workspace;
}

function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "persona hostile "));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
