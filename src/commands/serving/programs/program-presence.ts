import type { RunRecord } from "../../../handoffs/index.ts";
import { Memories, type OpenMask, personaOfRun } from "../../../serve/index.ts";
import type { CommandContext } from "../../command.ts";
import { FrontDoor } from "../front-door.ts";
import { friendsOf, speakerNamed, speakersOf } from "../speakers.ts";

/** What other programs know of the run that answers. */
interface Known {
  speakers: Awaited<ReturnType<typeof speakersOf>>;
  /** What the run calls somebody, by their name or their Discord id; undefined for people whom it has not heard. */
  labelOf(name: string): string | undefined;
}

export type ProgramPresence = FrontDoor<Known>;

/** Conversations of other programs with the run that answers, remembered until the end at most. */
export async function programPresence(
  context: CommandContext,
  { run, openMask }: { run: RunRecord; openMask: OpenMask | undefined },
): Promise<ProgramPresence> {
  const read = (other: RunRecord) => knownOf(context, other);
  const memories = new Memories({ persona: run.persona, openMask });
  return new FrontDoor({ memories, openMask, known: await read(run), read });
}

async function knownOf({ workspace, config, terminal }: CommandContext, run: RunRecord): Promise<Known> {
  const speakers = await speakersOf(workspace, run, await personaOfRun(workspace, run));
  const friends = friendsOf(config.friends, speakers, terminal.warn);
  return { speakers, labelOf: (name) => friends.get(name) ?? speakerNamed(speakers, name) };
}
