import { trainChoices } from "../../choices/index.ts";
import type { Evaluation, RunRecord, TrainerEvent } from "../../handoffs/index.ts";

/** A run with all that it is compared by. */
export interface ComparedRun {
  run: RunRecord;
  events: TrainerEvent[];
  evaluation: Evaluation | undefined;
}

/** Those that finished and have not been evaluated. */
export function unevaluated(runs: ComparedRun[]): string[] {
  return runs
    .filter(({ run, evaluation }) => run.state === "finished" && evaluation === undefined)
    .map(({ run }) => run.id);
}

/** What was asked of these runs differently, by the name of each choice, as they have it. */
export function variedChoices(runs: ComparedRun[]): Map<string, string[]> {
  const names = new Set([
    "base",
    "dataset",
    "parent",
    ...runs.flatMap(({ run }) => Object.keys(run.settings)),
  ]);
  const varied = new Map<string, string[]>();
  for (const name of names) {
    const values = runs.map(({ run }) => choiceOf(run, name));
    if (new Set(values).size > 1) varied.set(name, values);
  }
  return varied;
}

function choiceOf(run: RunRecord, name: string): string {
  if (name === "base") return run.base.name;
  if (name === "dataset") return run.dataset;
  if (name === "parent") return run.parent ?? "none";
  return String(run.settings[name] ?? usualOf(name));
}

/** Of what depends on something else. */
const unset = "default";

function usualOf(name: string): unknown {
  const { default: usual = unset }: { default?: unknown } = Object(
    trainChoices[name as keyof typeof trainChoices],
  );
  return usual;
}

/** `learningRate 0.00001 · epochs 2`: what tells a run from the others. */
export function nameOf(index: number, varied: Map<string, string[]>): string {
  return [...varied].map(([name, values]) => `${name} ${values[index]}`).join(" · ");
}

/** The section of `persona.json` that asks for the same as a run: what was set for it, and what was varied. */
export function configLineOf({ run }: ComparedRun, varied: Map<string, string[]>): string {
  const names = new Set(["base", ...varied.keys(), ...Object.keys(run.settings)]);
  const fields = [...names].flatMap((name) => {
    const value = name === "base" ? run.base.name : (run.settings[name] ?? usualOf(name));
    return name in trainChoices && value !== unset
      ? [`${JSON.stringify(name)}: ${JSON.stringify(value)}`]
      : [];
  });
  return `"train": { ${fields.join(", ")} }`;
}
