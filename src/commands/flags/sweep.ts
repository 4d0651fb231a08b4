import { readChoice, type Table, trainChoices } from "../../choices/index.ts";
import { didYouMean } from "../../closest-names.ts";
import { UsageError } from "../../errors.ts";
import { formatPlural } from "../../terminal.ts";
import type { TrainerFlags } from "./train.ts";

/** The values of each setting, by the name of its choice. */
type Grid = Map<string, Set<unknown>>;

/** What decides which held-out words a run is measured on: figures of other words do not compare. */
const unsweepable: Record<string, string> = {
  contextLength: "Rows of another length are other held-out words",
  evaluationRows: "Other rows are other held-out words",
};

/**
 * Every combination of what `--sweep` was given: `learningRate=1e-5,3e-5 epochs=1,2` are four.
 *
 * @param flags What is set for all runs: no setting can be that and swept over.
 */
export function readCombinations(words: string[], flags: TrainerFlags, maxRuns: number): TrainerFlags[] {
  const grid = readGrid(words);
  const fixed = [...grid.keys()].find((name) => name in flags);
  if (fixed !== undefined) {
    throw new UsageError(`${fixed} is set for all runs by a flag, and swept over.`, {
      fix: "Leave one of them out.",
    });
  }
  refuseOtherWords(grid);
  const count = [...grid.values()].reduce((product, values) => product * values.size, 1);
  if (count > maxRuns) {
    throw new UsageError(
      `This sweep is ${formatPlural(count, "run")}, and more than ${maxRuns} are refused.`,
      {
        fix: `Sweep over fewer values, or add --max-runs ${count}.`,
      },
    );
  }
  return combine([...grid]);
}

/** `learningRate=0.00001 epochs=2`. */
export function describeCombination(combination: TrainerFlags): string {
  return Object.entries(combination)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

function refuseOtherWords(grid: Grid): void {
  for (const [name, values] of grid) {
    const reason = unsweepable[name];
    if (reason === undefined || values.size === 1) continue;
    throw new UsageError(`${name} cannot be swept over. ${reason}, so that the runs would not compare.`, {
      fix: `Give it one value for all runs: --sweep ${name}=${[...values][0]}`,
    });
  }
}

function readGrid(words: string[]): Grid {
  const grid: Grid = new Map();
  for (const word of words) {
    const [name, choice, texts] = readWord(word);
    const values = grid.get(name) ?? new Set();
    for (const text of texts) values.add(readChoice(choice, `--sweep ${name}`, text.trim()));
    grid.set(name, values);
  }
  return grid;
}

function readWord(word: string): [name: string, choice: Table[string], texts: string[]] {
  const [, typed = "", list = ""] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
  if (list.trim() === "") {
    throw new UsageError(`--sweep takes settings with their values, not ${word === "" ? '""' : word}.`, {
      fix: "Write them as learningRate=1e-5,3e-5 epochs=1,2",
    });
  }
  // As its flag is written, or as persona.json has it.
  const name = typed
    .trim()
    .replace(/^--/, "")
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const choice = Object.hasOwn(trainChoices, name) ? (trainChoices as Table)[name] : undefined;
  if (choice !== undefined) return [name, choice, list.split(",")];
  throw new UsageError(`--sweep knows no setting "${typed}".`, {
    fix: didYouMean(name, Object.keys(trainChoices)) ?? "persona train --help lists the settings.",
  });
}

function combine(grid: [string, Set<unknown>][]): TrainerFlags[] {
  const [first, ...rest] = grid;
  if (first === undefined) return [{}];
  const [name, values] = first;
  return [...values].flatMap((value) => combine(rest).map((others) => ({ [name]: value, ...others })));
}
