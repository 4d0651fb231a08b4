/** Opens what answers with a run. */
import type { Chosen, replyChoices } from "../../choices/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import {
  noteIn,
  type OpenMask,
  openPersona,
  type Persona,
  personaOfRun,
  type ReplySettings,
  replySettings,
  restingPersona,
} from "../../serve/index.ts";
import type { CommandContext } from "../command.ts";
import { guardFor } from "./guard.ts";
import { masksFor } from "./masks.ts";
import { chosenServer } from "./server.ts";
import { type Device, restsAt } from "./shared-card.ts";

export interface Opened {
  persona: Persona;
  settings: ReplySettings;
  openMask: OpenMask | undefined;
}

interface OpenOptions {
  /** What was typed about how replies are drawn. */
  flags: Chosen<typeof replyChoices>;
  /** Conversations that are answered at once, each without being evaluated anew; usually a few. */
  conversations?: number | undefined;
  /** Where; undefined where no card is shared. */
  place: Device | undefined;
  /** Told how replies are drawn. */
  onOpening?: ((about: string) => void) | undefined;
}

/** Opens a run's persona with its own calibration and guard, unless something else was typed. */
export async function openRunHere(
  context: CommandContext,
  run: RunRecord,
  { flags, conversations, place, onOpening }: OpenOptions,
): Promise<Opened> {
  const { terminal, workspace, config, passedOver } = context;
  const here = place === "cpu" ? { ...flags, gpu: place } : flags;
  const asked = { flags: here, config: config.reply, passedOver };
  const { settings, about } = await replySettings(workspace, run, asked);
  onOpening?.(about);
  const made = await personaOfRun(workspace, run);
  const openMask = await masksFor(context, run, made);
  const note = noteIn(workspace.noteFile, passedOver, openMask);
  const files = { ...made, note, server: chosenServer(settings, terminal) };
  if (restsAt(place, settings))
    return { persona: restingPersona(files, settings.restingWords), settings, openMask };
  const guard = await guardFor(context, run, settings);
  const { warn } = terminal;
  const persona = await openPersona(files, settings, { guard, conversations, warn, passedOver });
  return { persona, settings, openMask };
}
