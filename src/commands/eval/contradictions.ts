import {
  askChoices,
  calibrateChoices,
  evaluateChoices,
  flagOf,
  promptChoices,
  worstChoices,
} from "../../choices/index.ts";
import { UsageError } from "../../errors.ts";

const toMeasure = { ...evaluateChoices, ...calibrateChoices };
/** What can be done instead of measuring: the flag that asks for it, and all flags that say something about it. */
const instead = Object.entries({ ask: askChoices, prompts: promptChoices, worst: worstChoices });

/** Refuses flags of which one would be passed over, before what takes minutes begins. */
export function refuseContradictions(flags: Readonly<Record<string, unknown>>): void {
  const given = (names: string[]) => names.filter((name) => flags[name] !== undefined);
  const [task, another] = given(instead.map(([name]) => name));
  if (another !== undefined)
    refuse(
      `--${task} and --${another} are two different things to do`,
      `Leave out --${task} or --${another}.`,
    );
  for (const name of task === undefined ? [] : given(Object.keys(toMeasure)))
    refuse(
      `${flagOf(name)} is about measuring, which --${task} does not do`,
      `Leave out ${flagOf(name)} or --${task}.`,
    );
  for (const [owner, choices] of instead) {
    if (owner === task) continue;
    const add = task === undefined ? `, or add --${owner}` : "";
    for (const name of given(Object.keys(choices)))
      refuse(`${flagOf(name)} says nothing without --${owner}`, `Leave out ${flagOf(name)}${add}.`);
  }
  const limits = ["replies", "seconds"].find((name) => flags[name] !== undefined);
  if (flags.full && limits !== undefined)
    refuse(
      `--full measures all that is there, which ${flagOf(limits)} would limit`,
      `Leave out --full or ${flagOf(limits)}.`,
    );
}

function refuse(problem: string, fix: string): never {
  throw new UsageError(`${problem}.`, { fix });
}
