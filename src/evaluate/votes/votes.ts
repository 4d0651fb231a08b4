import { appendFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { askChoices } from "../../choices/index.ts";
import { type PassedOver, UserError } from "../../errors.ts";
import { FolderName, lineReader, parseLine } from "../../handoffs/index.ts";
import { makePrivateDirectory, type Workspace } from "../../workspace.ts";
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

/** Every answer of a model that somebody refused and said better. */
export async function readCorrections(workspace: Workspace, passedOver: PassedOver): Promise<Corrected[]> {
  const voted = await readVoted(workspace, passedOver);
  // Nobody would say everything that they once said.
  return voted.filter((each) => each.type === "correction").filter(({ by }) => by !== "real");
}

async function readVoted({ votesFile }: Workspace, passedOver: PassedOver): Promise<Voted[]> {
  const lines = await lineReader(votesFile)();
  const found = lines.map((line) => parseLine(Voted, line));
  const damaged = found.filter((voted) => voted === undefined).length;
  if (damaged > 0) {
    passedOver(
      new UserError(`${votesFile} is damaged: ${damaged} of its ${lines.length} lines cannot be read.`, {
        fix: "Put it back from a copy, or remove those lines.",
      }),
    );
  }
  return found.filter((voted) => voted !== undefined);
}
