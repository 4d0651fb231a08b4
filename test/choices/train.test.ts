import { Command } from "commander";
import { execa } from "execa";
import { expect, test } from "vitest";
import { addFlags, findContradiction, type Table, trainChoices } from "../../src/choices/index.ts";
import { projectRoot } from "../../src/project.ts";
import { pythonPath } from "../../src/python.ts";

const choices: Table = trainChoices;
const forTheTrainer = Object.entries(choices).filter(([, { forWorker }]) => !forWorker);
const words = ["", "-1", "0", "0.5", "1", "1.5", "2", "3.0", "1e-5", "1e400", "nan", "inf", "300", "x"];

/** What argparse itself has; then, of each line of stdin, what a flag makes of a word: null where it is refused. */
const script = `import json, sys
sys.path.insert(0, "scripts")
from trainer.choices import refuse_contradictions
from trainer.events import Problem
from trainer.options import make_parser
asked = json.load(sys.stdin)
parser = make_parser("")
always = ["--shards", "s", "--run", "r"]
def attempt(words):
    try:
        return vars(parser.parse_args([*always, *words]))
    except Problem:
        return None
defaults = {name: value for name, value in attempt([]).items() if name not in ("shards", "run")}
read = [(attempt([f"{flag}={word}"]) or {}).get(name) for flag, name, word in asked["words"]]
refused = []
for given in asked["together"]:
    try:
        refuse_contradictions(parser.parse_args([*always, *given]))
        refused.append(None)
    except Problem as problem:
        refused.append(problem.reason)
print(json.dumps({"defaults": defaults, "read": read, "refused": refused}))`;

const ofThePlaceAndAttempt = {
  bases: null,
  revision: null,
  start_from: null,
  attempt: 1,
  resume: false,
  until_share: null,
  refine: false,
  no_export: false,
  spare_cores: 0,
  watch_parent: false,
};

test("the trainer's flags have the defaults, and take the values, that the command line takes", async () => {
  const withWords = forTheTrainer.filter(([, choice]) => !("boolean" in choice));
  const asked = withWords.flatMap(([name, choice]) =>
    [...words, ...wordsOf(choice)].map((word) => ({ name, word })),
  );
  const { defaults, read } = await askPython({
    words: asked.map(({ name, word }) => [`--${kebab(name)}`, kebab(name).replaceAll("-", "_"), word]),
  });

  expect(defaults).toEqual({
    ...ofThePlaceAndAttempt,
    ...Object.fromEntries(
      forTheTrainer.map(([name, choice]) => [kebab(name).replaceAll("-", "_"), choice.default ?? null]),
    ),
  });
  expect(asked.map(({ name, word }, index) => [name, word, read[index]])).toEqual(
    asked.map(({ name, word }) => [name, word, readHere(name, word)]),
  );
  expect(read.filter((value) => value === null).length).toBeGreaterThan(100);
});

test("both sides refuse the same contradictions", async () => {
  const together: Record<string, string | boolean>[] = [
    { dora: true },
    { dora: true, lora: true },
    { rslora: true, lora: false },
    { loraRank: "8" },
    { loraRank: "16" },
    { lora: true, trainLayers: "last:2" },
    { lora: true, trainLayers: "all" },
    { decayShare: "0.1" },
    { decayShare: "0.1", schedule: "wsd" },
    { minLearningRateShare: "0", schedule: "constant" },
    { fsdp: "on", optimizer: "adamw-8bit" },
    { fsdp: "off", optimizer: "adamw-8bit" },
    { fsdp: "auto", compile: "on" },
    { fsdp: "on", compile: "on" },
  ];
  const { refused } = await askPython({ together: together.map((chosen) => flagsOf(chosen)) });
  const here = together.map((chosen) => {
    const values = Object.entries(chosen).map(([name, word]) => [
      name,
      typeof word === "string" ? readHere(name, word) : word,
    ]);
    return findContradiction(Object.fromEntries(values))?.problem ?? null;
  });

  expect(refused).toEqual(here);
  expect(here.filter((problem) => problem === null)).toHaveLength(6);
});

async function askPython(asked: { words?: string[][]; together?: string[][] }) {
  const input = JSON.stringify({ words: [], together: [], ...asked });
  const { stdout } = await execa(pythonPath, ["-c", script], { cwd: projectRoot, input });
  return JSON.parse(stdout) as { defaults: object; read: unknown[]; refused: (string | null)[] };
}

/** Words that lie at the bounds of a choice, or that it names. */
function wordsOf(choice: Table[string]): string[] {
  if ("oneOf" in choice) return [...choice.oneOf];
  if ("text" in choice) return ["all", "last:3", "last:0", "last:03", "all "];
  return [];
}

function readHere(name: string, word: string): unknown {
  const command = addFlags(new Command().exitOverride(), { [name]: choices[name] as Table[string] });
  try {
    return command.parse([`--${kebab(name)}=${word}`], { from: "user" }).opts()[name];
  } catch {
    return null;
  }
}

function flagsOf(chosen: Record<string, string | boolean>): string[] {
  return Object.entries(chosen).map(([name, value]) => {
    if (typeof value === "string") return `--${kebab(name)}=${value}`;
    return `--${value ? "" : "no-"}${kebab(name)}`;
  });
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
