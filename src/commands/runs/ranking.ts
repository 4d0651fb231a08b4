import {
  type ComparedRun,
  comparisonPage,
  configLineOf,
  formatMeasure,
  type Ranked,
  variedChoices,
  whyUnranked,
} from "../../evaluate/index.ts";
import { type RunRecord, readEvaluation } from "../../handoffs/index.ts";
import { readEvents } from "../../train/index.ts";
import { writeFileAtomically } from "../../workspace.ts";
import type { CommandContext } from "../command.ts";

/** Where a comparison is written unless it is said where. */
export const pageName = "comparison.html";

export function readCompared(
  { workspace, passedOver }: CommandContext,
  runs: RunRecord[],
): Promise<ComparedRun[]> {
  return Promise.all(
    runs.map(async (run) => ({
      run,
      events: await readEvents(workspace, run.id, { isFinished: run.state === "finished", passedOver }),
      evaluation: await readEvaluation(workspace, run.id, passedOver),
    })),
  );
}

/** Writes the page that compares runs; gives its name. */
export async function writePage(file: string, compared: ComparedRun[]): Promise<string> {
  const swept = new Set(compared.map(({ run }) => run.sweep?.id));
  const [sweep] = swept.size === 1 ? [...swept] : [];
  const title = sweep === undefined ? "Runs side by side" : "Which settings are best?";
  await writeFileAtomically(file, comparisonPage(compared, title));
  return file;
}

/** The runs that finished, best first, and what to write into `persona.json` for the best; or why there is no best. */
export function* describeRanking(compared: ComparedRun[], ranking: Ranked[]): Generator<string> {
  const unranked = whyUnranked(compared);
  if (unranked !== undefined) yield `\n${unranked}`;
  const [best, ...others] = ranking;
  const winner = compared.find(({ run }) => run.id === best?.id);
  if (best === undefined || winner === undefined || others.length === 0) return;
  yield "";
  yield "Best first, by what the persona's held-out words cost in bits a byte:";
  const varied = variedChoices(compared);
  const choicesOf = (run: string) => {
    const index = compared.findIndex((each) => each.run.id === run);
    return [...varied].map(([name, values]) => `${name}=${values[index]}`).join(" ");
  };
  const width = Math.max(...ranking.map(({ id }) => choicesOf(id).length));
  for (const { id, bits, behind, isLevel } of ranking) {
    const change = behind === undefined ? "" : `  +${formatMeasure({ value: behind, unit: "bits" })}`;
    const verdict = behind !== undefined && isLevel ? ": no real difference" : "";
    yield `  ${id}  ${choicesOf(id).padEnd(width)}  ${formatMeasure({ value: bits, unit: "bits" })}${change}${verdict}`;
  }
  yield `For persona.json: ${configLineOf(winner, varied)}`;
}
