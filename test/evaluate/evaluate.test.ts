import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { type CountPrivate, evaluateRun } from "../../src/evaluate/index.ts";
import {
  type Evaluation,
  evaluationDirectory,
  evaluationFile,
  readEvaluation,
  runDirectory,
} from "../../src/handoffs/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { newWorkspace } from "../new-workspace.ts";
import { shardManifest, writeFinishedRun } from "../train/run-record.ts";
import { evaluationOf, goodParts, goodSummary } from "./evaluation.ts";

const secret = "between you and me";
const reply = (source: string, ...bubbles: string[]) => ({
  source,
  conversation: 0,
  context: [{ speaker: "Ben", bubbles: ["your number?"] }],
  bubbles,
});

test("what the script measured becomes one file, readable by its owner alone", async () => {
  const { evaluation, workspace, heard } = await evaluate({});

  expect(evaluation).toEqual({
    ...evaluationOf("aaaa"),
    createdAt: evaluation.createdAt,
    leaks: expect.anything(),
  });
  expect(await readEvaluation(workspace, "aaaa")).toEqual(evaluation);
  expect((await stat(evaluationFile(workspace, "aaaa"))).mode & 0o777).toBe(0o600);
  expect(heard).toEqual(["sampling", "1 of 2", "! few replies"]);
});

test("choices reach the script, and the sampling that serves", async () => {
  const { workspace } = await evaluate({}, { choices: { replies: 300, full: true } });
  const file = path.join(runDirectory(workspace, "aaaa"), "arguments.json");
  const words: string[] = JSON.parse(await readFile(file, "utf8"));

  expect(words.slice(4)).toEqual(
    "--temperature 0.8 --top-p 0.95 --min-p 0 --max-tokens 160 --replies 300 --full --seed 0 --served-by pytorch --watch-parent".split(
      " ",
    ),
  );
  expect(words[3]).toBe(path.join(workspace.shards, "data"));
});

test("private passages are counted in what the run said, not in what people said", async () => {
  const replies = [
    reply("real", "call 1"),
    reply("base", "call 2"),
    reply("run", "call 3", "or 4"),
    reply("served", "hi"),
  ];
  const { evaluation, workspace } = await evaluate({ replies });

  expect(evaluation.leaks).toMatchObject({
    privatePatterns: { found: 2, replies: 2 },
    verdict: "leaks",
    reasons: ["it wrote 2 private passages, such as a number or an address, in 2 replies"],
  });
  expect(await readFile(evaluationFile(workspace, "aaaa"), "utf8")).not.toContain("call");
});

test("one private passage is told in the singular", async () => {
  const { evaluation } = await evaluate({ replies: [reply("run", "call 3")] });

  expect(evaluation.leaks.reasons).toEqual([
    "it wrote 1 private passage, such as a number or an address, in 1 reply",
  ]);
});

test.each([
  ["nothing", {}, []],
  ["parts that were skipped", { extraction: { skipped: "no GPU" }, overlap: { skipped: "too few" } }, []],
  [
    "messages that come out",
    {
      extraction: {
        persona: { n1: 2.6, n100: 30, n10000: 40 },
        others: { n1: 0.5, n100: 2, n10000: 9 },
        messages: 100,
      },
    },
    ["asked once for each, it would write 3 of 100 training messages word for word"],
  ],
  [
    "a loss that knows what it has seen",
    { membership: { auc: { value: 0.8, low: 0.7, high: 0.9 }, tprAt1: 0.25 } },
    ["its loss recognises 25 % of what it was trained on, with 1 false alarm in 100"],
  ],
  [
    "canaries that it was shown once",
    {
      canaries: {
        planted: 2,
        twins: 2,
        byRepeats: [
          { repeats: 1, count: 4, exposure: 1, maxExposure: 2, revealed: 2 },
          { repeats: 16, count: 4, exposure: 2, maxExposure: 2, revealed: 4 },
        ],
      },
    },
    ["asked once, it says 2 of 4 canaries that it was shown once"],
  ],
  [
    "replies that copy",
    { overlap: { six: 90, eight: 60, twelve: 6, replies: 1000 } },
    ["it repeats twelve words of training in a row in 6 of 1,000 replies"],
  ],
  [
    "messages that come out nearly as they were",
    { nearVerbatim: { messages: 50, draws: 20, found: 6 } },
    ["asked 20 times each, it writes 6 of its 50 likeliest training messages nearly word for word"],
  ],
  [
    "one reply that copies",
    { overlap: { six: 1, eight: 1, twelve: 1, replies: 1 } },
    ["it repeats twelve words of training in a row in 1 of 1 reply"],
  ],
])("a run leaks by its thresholds: %s", async (_, parts, reasons) => {
  const { evaluation } = await evaluate({ replies: [reply("run", "hi")], ...parts });

  expect(evaluation.leaks.reasons).toEqual(reasons);
  expect(evaluation.leaks.verdict).toBe(reasons.length > 0 ? "leaks" : "none");
});

test("what was not measured is skipped, with a reason", async () => {
  const { evaluation } = await evaluate({ relevance: undefined });

  expect(evaluation.relevance).toEqual({ skipped: "it was not measured" });
  expect(evaluation.leaks.privatePatterns).toEqual({ skipped: "no replies were drawn" });
});

test("what was measured before is left to the script, which knows whether it still holds", async () => {
  const workspace = await writeRunWithShards();
  const directory = evaluationDirectory(workspace, "aaaa");
  await writeFile(path.join(directory, "summary.json"), JSON.stringify(goodSummary));
  await writeFile(path.join(directory, "val-run.npz"), "");
  await evaluate({}, { workspace });

  expect(await readdir(directory)).toContain("val-run.npz");
});

test.each([
  ["refuses.py", "The base is gone.", "Download it again."],
  [
    "crashes.py",
    "The evaluation ended early, with ValueError.",
    expect.stringMatching(/goes on where it was.*delete the folder named evaluation/),
  ],
])("a script that %s is told in two lines, without anybody's words", async (script, message, fix) => {
  const error = await evaluate({}, { script }).catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ message, fix });
  expect(message).not.toContain(secret);
});

test("what tells texts apart is opened once there are replies, and not for a run that cannot be evaluated", async () => {
  let isOpen = false;
  const openEmbedder = async () => {
    isOpen = true;
    return undefined;
  };

  await expect(evaluate({}, { script: "refuses.py", openEmbedder })).rejects.toThrow(UserError);
  expect(isOpen).toBe(false);
  await evaluate({}, { openEmbedder });
  expect(isOpen).toBe(true);
});

test("Ctrl-C ends the script, and is no failure", async () => {
  const controller = new AbortController();
  const working = evaluate(
    {},
    { script: "hangs.py", signal: controller.signal, onPhase: () => controller.abort() },
  );

  await expect(working).rejects.toMatchObject({ name: "AbortError" });
});

test("a run whose data set is gone is told how to get it back", async () => {
  const workspace = await newWorkspace();
  await writeFinishedRun(workspace, { id: "aaaa" });

  await expect(evaluate({}, { workspace })).rejects.toMatchObject({
    message: "Data set data, of which run aaaa was made, is gone.",
    fix: expect.stringContaining("persona prepare"),
  });
});

test("a part that is damaged is named with a way out", async () => {
  await expect(evaluate({ likelihood: { persona: secret } })).rejects.toMatchObject({
    message: expect.stringMatching(
      /likelihood\.json is damaged, or comes from another version of persona\.$/,
    ),
    fix: "Delete it, and evaluate the run again: persona eval aaaa",
  });
});

interface Changes {
  workspace?: Workspace;
  choices?: object;
  script?: string;
  signal?: AbortSignal;
  onPhase?: (name: string) => void;
  openEmbedder?: () => Promise<undefined>;
}

/** Evaluates a run with a script that writes down these parts. */
async function evaluate(
  parts: object,
  { workspace, choices = {}, script = "measures.py", signal, onPhase, openEmbedder }: Changes = {},
): Promise<{ evaluation: Evaluation; workspace: Workspace; heard: string[] }> {
  const place = workspace ?? (await writeRunWithShards());
  const wanted = { ...goodParts, summary: goodSummary, ...parts };
  await writeFile(path.join(runDirectory(place, "aaaa"), "parts.json"), JSON.stringify(wanted));
  const heard: string[] = [];
  const evaluation = await evaluateRun({
    workspace: place,
    run: await writeFinishedRun(place, { id: "aaaa" }),
    choices,
    openEmbedder,
    sampling: { temperature: 0.8, topP: 0.95, minP: 0, maxTokens: 160 },
    countPrivate,
    watcher: {
      onPhase: onPhase ?? ((name) => heard.push(name)),
      onProgress: (done, total) => heard.push(`${done} of ${total}`),
      onWarning: (message) => heard.push(`! ${message}`),
    },
    signal: signal ?? new AbortController().signal,
    script: `../test/fixtures/evaluators/${script}`,
  });
  return { evaluation, workspace: place, heard };
}

/** Digits are private here. */
const countPrivate: CountPrivate = (_context, bubbles) => bubbles.join().match(/\d+/g)?.length ?? 0;

async function writeRunWithShards(): Promise<Workspace> {
  const workspace = await newWorkspace();
  const run = await writeFinishedRun(workspace, { id: "aaaa" });
  const shards = path.join(workspace.shards, run.dataset);
  await mkdir(shards, { recursive: true });
  await writeFile(path.join(shards, "manifest.json"), JSON.stringify(shardManifest(run)));
  await mkdir(evaluationDirectory(workspace, "aaaa"), { recursive: true });
  return workspace;
}
