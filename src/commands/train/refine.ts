import { existsSync } from "node:fs";
import { flagOf } from "../../choices/index.ts";
import { UsageError, UserError } from "../../errors.ts";
import { type Corrected, readCorrections } from "../../evaluate/index.ts";
import {
  modelDirectory,
  problemOfModel,
  type RunRecord,
  readDataSetOf,
  readEvents,
  type ShardManifest,
} from "../../handoffs/index.ts";
import { loadTokenizer } from "../../tokenizer/index.ts";
import { type Correction, findRun, type RunRequest } from "../../train/index.ts";
import { createTranscript, withReply } from "../../transcript/index.ts";
import type { CommandContext } from "../command.ts";
import { settingsOf, type TrainerFlags } from "../flags/train.ts";
import type { TrainFlags } from "./request.ts";

/** Of the rate that the run was trained with: it is to move a little from what it has learned. */
const shareOfRate = 0.1;
/** Of a run's settings, those of a whole training and of other machines; the round is one pass on one processor or GPU. */
const notInherited = ["epochs", "steps", "learningRate", "canaries", "gpus", "fsdp", "microBatch"];

/** The run that a refinement of another is: of the same base, data set and settings, at a small rate. */
export async function refinementOf(
  context: CommandContext,
  flags: TrainFlags & { refine: string },
): Promise<RunRequest> {
  const { workspace, terminal, passedOver } = context;
  refuseOthers(flags);
  const parent = await findRun(workspace, flags.refine, passedOver);
  await refuseUnfit(context, parent);
  const { shardsDirectory, manifest } = await readDataSetOf(workspace, parent);
  const { learningRate, contextLength } = await planOf(context, parent);
  const inherited = Object.entries(parent.settings).filter(([name]) => !notInherited.includes(name));
  const settings = settingsOf(flags, {
    ...(Object.fromEntries(inherited) as TrainerFlags),
    epochs: 1,
    learningRate: shareOfRate * learningRate,
  });
  const corrected = await readCorrections(workspace, parent.dataset, passedOver);
  const corrections = await asTokens(corrected, { shardsDirectory, manifest, contextLength });
  if (corrections.length > 0)
    terminal.note(`Corrections from votes that it learns too: ${corrections.length}.`);
  return {
    workspace,
    manifest,
    shardsDirectory,
    base: parent.base,
    settings,
    parent: parent.id,
    refinement: { corrections },
    priority: flags.priority,
  };
}

/** What a run was made from cannot be chosen again. */
function refuseOthers(flags: TrainFlags): void {
  const ofTheRun = [
    "from",
    "base",
    "persona",
    "rendering",
    "trainTokenizer",
    "sweep",
    "canaries",
    "gpus",
  ] as const satisfies (keyof TrainFlags)[];
  const other = ofTheRun.find((name) => flags[name] !== undefined);
  if (other === undefined) return;
  throw new UsageError(
    `--refine and ${flagOf(other)} cannot be combined: a refinement is of the base, the data and the kind that its run has.`,
    { fix: `Leave out ${flagOf(other)}.` },
  );
}

async function refuseUnfit({ workspace }: CommandContext, parent: RunRecord): Promise<void> {
  const problem = await problemOfModel(workspace, parent);
  if (problem !== undefined) throw problem;
  const model = modelDirectory(workspace, parent.id);
  if (!existsSync(model)) {
    throw new UserError(`Run ${parent.id} has its GGUF, but the folder named model, to train on, is gone.`, {
      fix: "Put it back from a copy, or train again: persona train",
    });
  }
  if (parent.stale !== undefined) {
    throw new UserError(`Run ${parent.id} is stale: ${parent.stale.reason}.`, {
      fix: "Train anew on what there is now: persona train",
    });
  }
}

/** What a run was trained with, whichever preset or default that came from. */
async function planOf(
  { workspace, passedOver }: CommandContext,
  { id }: RunRecord,
): Promise<{ learningRate: number; contextLength: number }> {
  const events = await readEvents(workspace, id, { passedOver });
  const plan = events.findLast((event) => event.type === "plan");
  if (plan?.learningRate !== undefined)
    return { learningRate: plan.learningRate, contextLength: plan.contextLength };
  throw new UserError(`The events of run ${id} do not say with which learning rate it was trained.`, {
    fix: "Put its events.jsonl back from a copy, or train again: persona train",
  });
}

/** Corrections as the model reads them: as much of what stood before as leaves room for both replies in a row. */
async function asTokens(
  corrected: Corrected[],
  of: { shardsDirectory: string; manifest: ShardManifest; contextLength: number },
): Promise<Correction[]> {
  if (corrected.length === 0) return [];
  const { persona, rendering } = of.manifest;
  const tokenizer = await loadTokenizer(of.shardsDirectory);
  const transcript = createTranscript({ tokenizer, rendering, persona });
  const most = Math.floor(of.contextLength / 4);
  return corrected.flatMap(({ context, better, rejected }) => {
    const turns = context.map((turn) => ({ ...turn, isPersona: turn.speaker === persona }));
    while (turns.length > 1 && transcript.prompt(turns).length > most) turns.shift();
    const before = transcript.prompt(turns);
    const [real = [], own = []] = [better, rejected].map((bubbles) => {
      const { ids } = transcript.render(withReply(turns, bubbles));
      // Behind the opening of the persona's turn, without the end of the conversation.
      return ids.slice(before.length, -1);
    });
    return real.length > 0 && own.length > 0 ? [{ context: before, real, own }] : [];
  });
}
