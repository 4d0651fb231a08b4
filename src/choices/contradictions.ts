import file from "../../scripts/trainer/choices.json" with { type: "json" };
import type { Choice, Table } from "./choice.ts";
import { trainChoices } from "./train.ts";

/** Choices about a run that cannot both be followed. */
interface Contradiction {
  names: string[];
  problem: string;
  fix: string;
}

/** The first contradiction among these, which the trainer would refuse by the same rules. */
export function findContradiction(chosen: Readonly<Record<string, unknown>>): Contradiction | undefined {
  const found = file.contradictions.find(({ when }) =>
    Object.entries(when).every(([name, condition]) => isMet(name, chosen[name], condition)),
  );
  return found && { names: Object.keys(found.when), problem: found.problem, fix: found.fix };
}

function isMet(name: string, value: unknown, condition: unknown): boolean {
  const { default: usual = null }: Choice = (trainChoices as Table)[name] as Choice;
  const actual = value ?? usual;
  if (typeof condition !== "object" || condition === null)
    return actual === condition || (condition === false && actual === null);
  const { not } = condition as { not: unknown };
  return actual !== (not === "default" ? usual : not);
}
