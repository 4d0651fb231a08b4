import { orPassOver } from "../../../errors.ts";
import { type RunRecord, readStyleOf, type Style } from "../../../handoffs/index.ts";
import { Memories, type OpenMask, personaOfRun } from "../../../serve/index.ts";
import { neutralLabel } from "../../../transcript/index.ts";
import type { CommandContext } from "../../command.ts";
import { FrontDoor } from "../front-door.ts";
import { requireSpeaker, speakersOf } from "../speakers.ts";

/** What chat takes from the run that answers. */
interface Known {
  /** Who talks to it, as its training calls them; undefined for somebody whom it does not know. */
  speaker: string | undefined;
  /** How its person writes, which says how long an answer takes. */
  style: Style | undefined;
}

/** Whoever types stays one person, by whatever name the run that answers knows them. */
export const whoTypes = "whoever types";

export type ChatPresence = FrontDoor<Known>;

/**
 * What there is to know of a run that somebody talks to as `as`.
 *
 * @throws {UserError} where the run has not heard of them.
 */
export async function knownOf(context: CommandContext, run: RunRecord, as?: string): Promise<Known> {
  const { workspace, passedOver } = context;
  return {
    speaker: as && (await speakerFor(context, run, as)),
    style: await readStyleOf(workspace, run, passedOver),
  };
}

/** Conversations with the run that answers, remembered until whoever talks to it leaves. */
export function chatPresence(
  context: CommandContext,
  { run, openMask }: { run: RunRecord; openMask: OpenMask | undefined },
  { known, as }: { known: Known; as?: string | undefined },
): ChatPresence {
  const { terminal, workspace, passedOver } = context;
  return new FrontDoor({
    memories: new Memories({ persona: run.persona, openMask }),
    openMask,
    known,
    async read(other) {
      const speaker =
        as &&
        (await orPassOver(speakerFor(context, other, as), ({ message }) =>
          terminal.warn(`${message} You are ${neutralLabel} to it.`),
        ));
      return { speaker, style: await readStyleOf(workspace, other, passedOver) };
    },
  });
}

/** Conversations with a model that knows nobody. */
export function strangerPresence(memories: Memories, as?: string): ChatPresence {
  const known = { speaker: as, style: undefined };
  return new FrontDoor({ memories, openMask: undefined, known, read: async () => known });
}

async function speakerFor({ workspace }: CommandContext, run: RunRecord, as: string): Promise<string> {
  return requireSpeaker(await speakersOf(workspace, run, await personaOfRun(workspace, run)), as);
}
