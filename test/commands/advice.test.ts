import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { execa } from "execa";
import { expect, test } from "vitest";
import { commandNames, createProgram } from "../../src/commands/program.ts";
import { exampleSections } from "../../src/config.ts";
import { projectRoot } from "../../src/project.ts";
import { pythonPath } from "../../src/python.ts";
import { readSources, type ShownText } from "../reach.ts";

/** A text of the code, and the command whose words it is shown to. */
interface Advice extends Omit<ShownText, "file"> {
  where: string;
  command: string;
}

/** They choose everything themselves: what their stages say of choices was never asked for. */
const withoutChoices = ["demo", "bench"];

/** Scripts by the command that starts them. A run is asked for by `train`, whatever goes on with it later. */
const scriptsOf: Record<string, string[]> = {
  train: ["finetune.py", "base_model.py", "train_tokenizer.py", "export_gguf.py"],
  prepare: ["train_tokenizer.py"],
  eval: ["evaluate.py", "calibrate.py"],
};

const program = await createProgram(commandNames);

test("whatever a command shows names flags that it takes, commands that are there, and fields of persona.json", async () => {
  const advice = [...(await adviceOfCommands()), ...(await adviceOfScripts()), ...(await contradictions())];
  const isWithFlags = ({ text }: Advice) => /(?<![\w-])--[a-z]/.test(text);

  expect(advice.flatMap(problemsWith)).toEqual([]);
  expect(new Set(advice.filter(({ isFix }) => isFix).map(({ text }) => text)).size).toBeGreaterThan(150);
  expect(new Set(advice.filter(isWithFlags).map(({ text }) => text)).size).toBeGreaterThan(60);
});

test.each([
  ["train", "Raise --hold-out.", "train takes no --hold-out"],
  ["prepare", "Raise --hold-out.", undefined],
  ["chat", "Train again: persona train --hold-out 0.1", "train takes no --hold-out"],
  [
    "chat",
    "Free some: persona runs prune --dry-run shows what could go; or use --lora.",
    "chat takes no --lora",
  ],
  ["runs", "Stop it first: persona runs stop …", "there is no persona runs stop"],
  ["runs", "Publish it: persona publish", "there is no persona publish"],
  ["train", "Raise prepare.holdOut in persona.json.", "persona.json has no prepare.holdOut"],
  ["eval", "Raise prepare.holdOutShare in persona.json, then: persona train --data DIR", undefined],
])("in %s, the advice %j is judged: %s", (command, text, problem) => {
  const found = problemsWith({ where: "here", command, text, isFix: true });

  expect(found).toEqual(problem === undefined ? [] : [`here, in ${command}: ${text}: ${problem}`]);
});

test("the trainer sends nobody to resume a run with other settings, which it keeps", async () => {
  const advice = await adviceOfScripts();

  expect(advice.filter(({ text }) => /--[a-z].*persona runs resume/.test(text))).toEqual([]);
});

async function adviceOfCommands(): Promise<Advice[]> {
  const sources = await readSources("src");
  const listed = await readFile(path.join(projectRoot, "src/commands/program.ts"), "utf8");
  const loads = [...listed.matchAll(/^ {2}(\w+): \{[^}]*?import\("\.\/(.+?)"\)\)\.(\w+)/gm)];
  expect(loads.map(([, command]) => command)).toEqual(commandNames);
  return loads
    .filter(([, command = ""]) => !withoutChoices.includes(command))
    .flatMap(([, command = "", file = "", name = ""]) =>
      sources
        .textsFrom(path.join("src/commands", file), name)
        .filter(({ text }) => isProse(text))
        .map(({ file: where, ...shown }) => ({ where, command, ...shown })),
    );
}

/** Words for people, as against a flag that is handed on, a page or a style sheet. */
function isProse(text: string): boolean {
  return text.includes(" ") && !/^-|[<>{}]|var\(|^\nExamples:/.test(text);
}

async function adviceOfScripts(): Promise<Advice[]> {
  const scripts = [...new Set(Object.values(scriptsOf).flat())];
  const list = ["test/python/list_advice.py", ...scripts];
  const { stdout } = await execa(pythonPath, list, { cwd: projectRoot });
  const texts = JSON.parse(stdout) as Record<string, ShownText[]>;
  return Object.entries(scriptsOf).flatMap(([command, names]) =>
    names.flatMap((name) =>
      (texts[name] ?? []).map(({ file: where, ...shown }) => ({ where, command, ...shown })),
    ),
  );
}

async function contradictions(): Promise<Advice[]> {
  const where = "scripts/trainer/choices.json";
  const { contradictions } = JSON.parse(await readFile(path.join(projectRoot, where), "utf8")) as {
    contradictions: { fix: string }[];
  };
  return contradictions.map(({ fix }) => ({ where, command: "train", text: fix, isFix: true }));
}

/** Programs of others, with the flags behind them. */
const foreign = /\b(?:valkey-cli|redis-cli|openssl|pip|git|nvidia-smi) [^.;)]*/g;

const addresses = /https?:\/\/\S+/g;

/** Where `persona` is what the sentence is about. */
const verbs = ["can", "has", "is", "makes", "needs", "serves", "takes"];

/** Where a text names a command, its flags up to the end of the clause are that command's. */
const clauses = /[.;:](?=\s|$)|\)(?=[\s.,;:]|$)/;

function problemsWith({ where, command, text, isFix }: Advice): string[] {
  const ofClauses = text
    .replace(foreign, "")
    .split(clauses)
    .flatMap((clause) => {
      const [typed, problem] = commandIn(clause, isFix) ?? [[command], undefined];
      if (problem !== undefined) return [problem];
      const known = flagsOf(typed);
      const flags = clause.match(/(?<![\w-])--[a-z][\w-]*/g) ?? [];
      return flags.filter((flag) => !known.has(flag)).map((flag) => `${typed.join(" ")} takes no ${flag}`);
    });
  const fields = text.replace(addresses, "").match(/\b(?:prepare|train|reply|discord)\.[a-z][\w.]*\w/g) ?? [];
  const unknownFields = fields
    .filter((field) => !/\.(?:py|ts|bin|md|jsonl?)$/.test(field) && !isField(field))
    .map((field) => `persona.json has no ${field}`);
  return [...ofClauses, ...unknownFields].map((problem) => `${where}, in ${command}: ${text}: ${problem}`);
}

/** The command that a clause names; undefined where `persona` is only a word. */
function commandIn(clause: string, isFix: boolean): [words: string[], problem?: string] | undefined {
  const [, article, name = "", subcommand = ""] =
    /(\b(?:[Aa]|an|[Tt]he|[Tt]his|its)\s|[’'…]s\s)?(?<!-)\bpersona ([a-z]+)(?: ([a-z]+))?/.exec(clause) ?? [];
  if (name === "") return undefined;
  const found = program.commands.find((each) => each.name() === name);
  if (found === undefined)
    return isFix && article === undefined && !verbs.includes(name)
      ? [[name], `there is no persona ${name}`]
      : undefined;
  if (found.commands.length === 0) return [[name]];
  const inner = found.commands.find((each) => each.name() === subcommand);
  if (inner !== undefined) return [[name, subcommand]];
  const isWord = subcommand === "" || ["has", "lists", "shows"].includes(subcommand);
  return isWord ? [[name]] : [[name], `there is no persona ${name} ${subcommand}`];
}

/** Of a command without its subcommand, the flags of all of them. */
function flagsOf([name, subcommand]: string[]): Set<string | undefined> {
  const command = program.commands.find((each) => each.name() === name) as Command;
  const inner = command.commands.filter((each) => subcommand === undefined || each.name() === subcommand);
  return new Set([program, command, ...inner].flatMap(({ options }) => options.map(({ long }) => long))).add(
    "--help",
  );
}

function isField(field: string): boolean {
  let value: unknown = exampleSections;
  for (const name of field.split(".")) {
    if (typeof value !== "object" || value === null || !(name in value)) return false;
    value = (value as Record<string, unknown>)[name];
  }
  return true;
}
