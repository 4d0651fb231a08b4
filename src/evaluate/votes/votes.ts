import { appendFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { askChoices } from "../../choices/index.ts";
import { type PassedOver, UserError } from "../../errors.ts";
import { FolderName, lineReader, parseLine } from "../../handoffs/index.ts";
import { makePrivateDirectory, type Workspace, writeFileAtomically } from "../../workspace.ts";
import { Words } from "../replies.ts";

const shared = {
  at: z.string(),
  relation: z.enum(askChoices.relation.oneOf),
};

/** `real`, `base` or the id of a run. */
const Contestant = FolderName;

/** A line of `data/votes.jsonl`. */
const Voted = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("vote"),
    ...shared,
    /** Whose answers were shown. */
    among: z.array(Contestant),
    /** Whose was taken for the real one's; null where none could be. */
    chosen: Contestant.nullable(),
  }),
  /** An answer that the person would not give, and a better one: a pair to learn from. */
  z.object({
    type: z.literal("correction"),
    ...shared,
    by: Contestant,
    /** The data set whose words the context is: another may hide their names, or leave them out. Absent in the oldest. */
    dataset: FolderName.optional(),
    context: z.array(Words),
    rejected: z.array(z.string()),
    better: z.array(z.string()),
  }),
]);
export type Voted = z.infer<typeof Voted>;
export type Vote = Extract<Voted, { type: "vote" }>;
export type Corrected = Extract<Voted, { type: "correction" }>;

/** Keeps what somebody said, readable by this user alone: corrections hold words. */
export async function keepVote({ votesFile }: Workspace, voted: Voted): Promise<void> {
  await makePrivateDirectory(path.dirname(votesFile));
  await appendFile(votesFile, `${JSON.stringify(voted)}\n`, { mode: 0o600, flush: true });
}

/** Every vote so far. Lines that a power cut has left damaged are passed over, and `passedOver` is told of them. */
export async function readVotes(workspace: Workspace, passedOver: PassedOver): Promise<Vote[]> {
  return (await readVoted(workspace, passedOver)).filter((voted) => voted.type === "vote");
}

/** Every answer of a model in this data set's conversations that somebody refused and said better. */
export async function readCorrections(
  workspace: Workspace,
  dataset: string,
  passedOver: PassedOver,
): Promise<Corrected[]> {
  const corrections = (await readVoted(workspace, passedOver)).filter((each) => each.type === "correction");
  // Nobody would say everything that they once said.
  return corrections.filter((each) => each.by !== "real" && each.dataset === dataset);
}

/**
 * Removes corrections that may hold words of these data sets, and lines that nobody can read.
 *
 * @returns How many corrections were removed.
 */
export async function removeCorrections({ votesFile }: Workspace, datasets: string[]): Promise<number> {
  const found = await readLines(votesFile);
  const isOf = ({ dataset }: Corrected) => dataset === undefined || datasets.includes(dataset);
  const readable = found.filter((voted) => voted !== undefined);
  const kept = readable.filter((voted) => voted.type === "vote" || !isOf(voted));
  if (kept.length < found.length)
    await writeFileAtomically(votesFile, kept.map((voted) => `${JSON.stringify(voted)}\n`).join(""));
  return readable.length - kept.length;
}

async function readVoted({ votesFile }: Workspace, passedOver: PassedOver): Promise<Voted[]> {
  const found = await readLines(votesFile);
  const damaged = found.filter((voted) => voted === undefined).length;
  if (damaged > 0) {
    passedOver(
      new UserError(`${votesFile} is damaged: ${damaged} of its ${found.length} lines cannot be read.`, {
        fix: "Put it back from a copy, or remove those lines.",
      }),
    );
  }
  return found.filter((voted) => voted !== undefined);
}

/** What each line says; undefined for one that cannot be read. */
async function readLines(file: string): Promise<(Voted | undefined)[]> {
  return (await lineReader(file)()).map((line) => parseLine(Voted, line));
}
