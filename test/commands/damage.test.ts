/** The same damage gets the same sentence in every command that meets it, and no command is felled by it. */
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { eventsFile, recordFile, runDirectory, type TrainerEvent } from "../../src/handoffs/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { newWorkspace } from "../new-workspace.ts";
import { writeFinishedRun } from "../train/run-record.ts";
import { type Output, runInProcess } from "./in-process.ts";

/** The run that answers, and the older one whose files are whole. */
const [hurt, whole] = ["cccc", "aaaa"] as const;
const secret = "between you and me";

/** What a whole run has said. */
const said: TrainerEvent[] = [
  { type: "checkpoint-saved", step: 1, directory: "step-1" },
  { type: "finished", steps: 1, bestStep: 1, bestLoss: 2, firstLoss: 3, seconds: 1, stopped: false },
  {
    type: "step",
    step: 1,
    totalSteps: 1,
    loss: 3,
    learningRate: 0,
    tokensPerSecond: 1,
    memoryBytes: 1,
  },
];

let workspace: Workspace;

/** Two finished runs without tokenisers: whoever wants to talk to them or go on from them gets no further than that. */
async function writeRuns(): Promise<void> {
  workspace = await newWorkspace();
  for (const id of [whole, hurt]) {
    await writeFinishedRun(workspace, { id, createdAt: id });
    await writeFile(eventsFile(workspace, id), said.map((event) => `${JSON.stringify(event)}\n`).join(""));
  }
  await writeFile(workspace.servingFile, JSON.stringify({ run: hurt, before: [whole] }));
}

/** What a command does about a damaged file: it names it and ends, names it and goes on, or has no use for it. */
type Outcome = "refuses" | "passes over" | "";

/** For each command, what it does about damage of each file of `hurt`, or of the choice of who answers. */
const commands: Record<string, Record<DamagedFile, Outcome>> = {
  runs: does("passes over", "passes over", "passes over", "passes over"),
  [`runs show ${hurt}`]: does("refuses", "passes over", "passes over", "passes over"),
  [`runs show ${whole}`]: does("passes over", "passes over", "passes over", ""),
  [`runs compare ${whole} ${hurt}`]: does("refuses", "", "", "passes over"),
  [`runs use ${hurt}`]: does("refuses", "passes over", "refuses", ""),
  [`runs use ${whole}`]: does("passes over", "passes over", "passes over", ""),
  [`runs delete ${hurt}`]: does("refuses", "passes over", "passes over", ""),
  [`runs delete ${whole} --force`]: does("passes over", "", "", ""),
  chat: does("passes over", "passes over", "passes over", ""),
  [`chat --run ${hurt}`]: does("refuses", "", "refuses", ""),
  [`chat --run ${whole}`]: does("passes over", "", "", ""),
  bot: does("passes over", "passes over", "passes over", ""),
  [`bot --run ${hurt}`]: does("refuses", "", "refuses", ""),
  [`bot --run ${whole}`]: does("passes over", "", "", ""),
  [`train --from ${hurt}`]: does("refuses", "", "refuses", ""),
  [`train --from ${whole}`]: does("passes over", "", "", ""),
};

function does(record: Outcome, choice: Outcome, manifest: Outcome, events: Outcome) {
  return { "run.json": record, "serving.json": choice, "manifest.json": manifest, "events.jsonl": events };
}

type DamagedFile = "run.json" | "serving.json" | "manifest.json" | "events.jsonl";

const fileOf: Record<DamagedFile, () => string> = {
  "run.json": () => recordFile(workspace, hurt),
  "serving.json": () => workspace.servingFile,
  "manifest.json": () => path.join(runDirectory(workspace, hurt), "manifest.json"),
  "events.jsonl": () => eventsFile(workspace, hurt),
};

const ofVersion = "is damaged, or comes from another version of persona.";
const sayings: Record<DamagedFile, { damaged: string; fix: string }> = {
  "run.json": { damaged: ofVersion, fix: "Put it back from a copy, or remove the run's folder." },
  "serving.json": {
    damaged: ofVersion,
    fix: "Choose again: persona runs use RUN. Until then the newest finished run answers.",
  },
  "manifest.json": {
    damaged: ofVersion,
    fix: "Put it back from data/shards, or train again: persona train",
  },
  "events.jsonl": {
    damaged: `is damaged: it does not hold all that run ${hurt} has said.`,
    fix: "Put it back from a copy. The run and its model do not need it.",
  },
};

interface Damage {
  harm(file: string, name: DamagedFile): Promise<unknown>;
  /** How it is said, where that is not as the file's other damages. */
  says?: string;
  fix?: string;
}

const damages: Record<string, Damage> = {
  "is empty": { harm: (file) => writeFile(file, "") },
  "stops in its middle": {
    async harm(file) {
      const text = await readFile(file, "utf8");
      await writeFile(file, text.slice(0, text.length / 2));
    },
  },
  "is no JSON": { harm: (file) => writeFile(file, secret) },
  "is JSON of something else": { harm: (file) => writeFile(file, JSON.stringify([{ text: secret }])) },
  "is a folder": {
    async harm(file) {
      await rm(file);
      await mkdir(file);
    },
    says: "is a folder, and should be a file.",
  },
  "may not be read": {
    harm: (file) => chmod(file, 0),
    says: "cannot be read (EACCES).",
    fix: "Make it readable for this user.",
  },
  "leads out of the runs": { harm: (file, name) => edit(file, escaping[name]) },
  "was edited by hand": { harm: (file, name) => edit(file, mistyped[name]) },
};

const escaping: Record<DamagedFile, object> = {
  "run.json": { id: `../runs/${whole}` },
  "serving.json": { run: `../runs/${whole}` },
  "manifest.json": { id: "../messages" },
  "events.jsonl": { type: "checkpoint-saved", step: "../messages", directory: "../messages" },
};

const mistyped: Record<DamagedFile, object> = {
  "run.json": { settings: secret },
  "serving.json": { run: 5 },
  "manifest.json": { speakers: secret },
  "events.jsonl": { type: "step", loss: secret },
};

/** Changes fields of a file of JSON; of one of JSON lines, those of its last. */
async function edit(file: string, fields: object): Promise<void> {
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  const last = JSON.stringify({ ...JSON.parse(lines.pop() as string), ...fields });
  await writeFile(file, `${[...lines, last].join("\n")}\n`);
}

const cells = (Object.keys(fileOf) as DamagedFile[]).flatMap((name) =>
  Object.entries(damages).map(([damage, { harm, says, fix }]) => ({ name, damage, harm, says, fix })),
);
// Root may read everything.
const isRoot = process.getuid?.() === 0;

test.each(cells)("every command says alike that $name $damage", async ({ name, damage, harm, says, fix }) => {
  if (isRoot && damage === "may not be read") return;
  const expected: Record<string, string> = {};
  const found: Record<string, string> = {};
  for (const [words, does] of Object.entries(commands)) {
    await writeRuns();
    const file = fileOf[name]();
    await harm(file, name);
    const saying = `${file} ${says ?? sayings[name].damaged}\n  Fix: ${fix ?? sayings[name].fix}\n`;
    expected[words] = does[name];
    found[words] = outcomeOf(await runInProcess(["--data", workspace.root, ...words.split(" ")]), saying);
  }

  expect(found).toEqual(expected);
});

function outcomeOf({ exitCode, stdout, stderr }: Output, saying: string): string {
  const [file] = saying.split(" is ");
  const rest = stderr.startsWith(`! ${saying}`) ? stderr.slice(saying.length + 2) : stderr;
  if (stderr === `Error: ${saying}` && exitCode === 1) return "refuses";
  if (/\n\s+at /.test(stderr) || `${stdout}${stderr}`.includes(secret) || rest.includes(file as string))
    return stderr;
  return rest === stderr ? "" : "passes over";
}
