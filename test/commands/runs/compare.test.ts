import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { evaluationFile, eventsFile } from "../../../src/handoffs/index.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { evaluationOf, writeEvaluation } from "../../evaluate/evaluation.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { writeFinishedRun } from "../../train/run-record.ts";
import { runInProcess } from "../in-process.ts";

const finished = {
  type: "finished",
  steps: 1,
  bestStep: 1,
  bestLoss: 2,
  firstLoss: 3,
  seconds: 1,
  stopped: false,
};

test("evaluated runs are compared on one scale, and those that are not are named", async () => {
  const workspace = await newWorkspace();
  for (const id of ["aaaa", "bbbb", "cccc"]) {
    await writeFinishedRun(workspace, { id });
    await writeFile(eventsFile(workspace, id), `${JSON.stringify(finished)}\n`);
  }
  const evaluation = evaluationOf("aaaa");
  await writeEvaluation(workspace, evaluation);
  const specificity = { value: 0.1, low: 0.08, high: 0.12 };
  await writeEvaluation(workspace, {
    ...evaluationOf("bbbb"),
    likelihood: { ...evaluation.likelihood, specificity } as never,
  });
  const words = ["--data", workspace.root, "runs", "compare", "aaaa", "bbbb", "cccc"];
  const { exitCode, stderr } = await runInProcess(words);

  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/≠ run +aaaa +bbbb +cccc\n/);
  expect(stderr).toContain("Not evaluated yet: persona eval cccc");
  expect(stderr).toContain(
    [
      "  specificity",
      "    aaaa        ├─────●────┤················  4.3 points (2.3 to 6.3)",
      "    bbbb        ················├────●─────┤  10.0 points (8.0 to 12.0)  +5.7 points (2.9 to 8.5): better",
    ].join("\n"),
  );
  expect(stderr).toMatch(
    /told from the real one, as served\n.*62.0 % \(60.0 to 64.0\)\n.*: no real difference\n/,
  );
});

test("runs of different data sets are not ranked, and no difference is drawn between their evaluations", async () => {
  const workspace = await newWorkspace();
  for (const [index, id] of ["aaaa", "bbbb"].entries()) {
    const dataset = `data-${index}`;
    const personaBitsPerByte = { before: 3, best: 2 + index };
    const personaWords = Array.from({ length: 20 }, (_, at) => [100, 50 + at + index]);
    await writeFinishedRun(workspace, { id, dataset, personaBitsPerByte });
    await writeFile(eventsFile(workspace, id), `${JSON.stringify({ ...finished, personaWords })}\n`);
    await writeEvaluation(workspace, { ...evaluationOf(id), shards: dataset });
  }
  const page = path.join(workspace.root, "page.html");
  const words = ["--data", workspace.root, "runs", "compare", "aaaa", "bbbb", "--page", page];
  const { exitCode, stderr } = await runInProcess(words);
  const written = await readFile(page, "utf8");

  expect(exitCode).toBe(0);
  const reason =
    "The runs were measured on different held-out words (not the same: dataset), so that their figures do not compare.";
  for (const text of [stderr, written]) expect(text).toContain(reason);
  for (const text of [stderr, written]) {
    expect(text).not.toMatch(/Best first|For persona.json|for <code>persona.json|is the best|too little/i);
    expect(text).toContain("other data set");
    expect(text).toContain("on different data sets");
  }
  expect(stderr).not.toMatch(/: (better|worse|no real difference)/);
});

test("a damaged evaluation is named and passed over", async () => {
  const workspace = await newWorkspace();
  for (const id of ["aaaa", "bbbb"]) {
    await writeFinishedRun(workspace, { id });
    await writeFile(eventsFile(workspace, id), `${JSON.stringify(finished)}\n`);
    await writeFile(evaluationFile(workspace, id), "");
  }
  const saying = `! ${evaluationFile(workspace, "bbbb")} is damaged, or comes from another version of persona.\n  Fix: Evaluate the run again: persona eval bbbb\n`;

  for (const words of [["runs"], ["runs", "compare", "aaaa", "bbbb"]]) {
    const { exitCode, stderr } = await runInProcess(["--data", workspace.root, ...words]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(saying);
  }
});

test("a sweep is compared by its own name, and --page writes what is seen as a page", async () => {
  const workspace = await newWorkspace();
  const place = { sweep: { id: "sweep-1" } };
  for (const [index, id] of ["aaaa", "bbbb"].entries()) {
    const bits = { before: 3, best: 2 + index };
    await writeFinishedRun(workspace, { id, ...place, settings: { seed: index }, personaBitsPerByte: bits });
    await writeFile(eventsFile(workspace, id), `${JSON.stringify(finished)}\n`);
  }
  const page = path.join(await writeSweep(workspace, "sweep-1", ["aaaa", "bbbb"]), "comparison.html");

  const { exitCode, stderr } = await runInProcess([
    "--data",
    workspace.root,
    "runs",
    "compare",
    "sweep-1",
    "--page",
  ]);

  expect(exitCode).toBe(0);
  expect(stderr).toContain("  aaaa  seed=0  2.000\n  bbbb  seed=1  3.000  +1.000\n");
  expect(stderr).toContain('For persona.json: "train": { "base": "gpt2", "seed": 0 }\n');
  expect(stderr).toContain(`The same as a page: ${page}\n`);
  expect(await readFile(page, "utf8")).toContain("<h1>Which settings are best?</h1>");
  expect((await stat(page)).mode & 0o077).toBe(0);
});

test("a sweep beside another run does not overwrite the page of the sweep", async () => {
  const workspace = await newWorkspace();
  for (const id of ["aaaa", "bbbb", "cccc"]) {
    await writeFinishedRun(workspace, { id });
    await writeFile(eventsFile(workspace, id), `${JSON.stringify(finished)}\n`);
  }
  const page = path.join(await writeSweep(workspace, "sweep-1", ["aaaa", "bbbb"]), "comparison.html");
  await writeFile(page, "of the sweep alone");
  const words = ["--data", workspace.root, "runs", "compare", "sweep-1", "cccc", "--page"];
  const { exitCode, stderr } = await runInProcess(words);

  expect(exitCode).toBe(0);
  expect(stderr).toContain(`The same as a page: ${path.join(workspace.root, "comparison.html")}\n`);
  expect(await readFile(page, "utf8")).toBe("of the sweep alone");
});

test("one run alone is not compared", async () => {
  const workspace = await newWorkspace();
  await writeFinishedRun(workspace);

  const { exitCode, stderr } = await runInProcess(["--data", workspace.root, "runs", "compare", "aaaa"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Fix: Name two runs or more, or a sweep");
});

/** Writes a sweep; gives its folder. */
async function writeSweep({ sweeps }: Workspace, id: string, runs: string[]): Promise<string> {
  const folder = path.join(sweeps, id);
  await mkdir(folder, { recursive: true });
  const sweep = { format: 1, id, createdAt: "", runs, rungs: [], decisions: [] };
  await writeFile(path.join(folder, "sweep.json"), JSON.stringify(sweep));
  return folder;
}
