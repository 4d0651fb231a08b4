/** Whoever serves a run opens it here, and goes over to another that is chosen meanwhile. */
import { type Chosen, replyChoices, withDefaults } from "../../choices/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import {
  followChoice,
  noteIn,
  openPersona,
  type Persona,
  personaOfRun,
  type ReplySettings,
  replySettings,
  SwitchingPersona,
} from "../../serve/index.ts";
import type { CommandContext } from "../command.ts";
import { warnIfStale, watchForStale } from "../stale.ts";
import { guardFor } from "./guard.ts";
import { masksFor } from "./masks.ts";
import { chosenServer } from "./server.ts";
import { openSharedCard } from "./shared-card.ts";

interface Serving {
  persona: Persona;
  /** The run that answers now. */
  readonly run: RunRecord;
  /** As the first run's replies are drawn. */
  settings: ReplySettings;
  close(): Promise<void>;
}

interface ServeOptions {
  /** What was typed about how replies are drawn. */
  flags: Chosen<typeof replyChoices>;
  /** Conversations that are answered at once, each without being evaluated anew; usually a few. */
  conversations?: number | undefined;
  /** A run that was named stays; any other gives way to the one that is chosen. */
  isNamed: boolean;
  /** Called before a run takes another's place; a `UserError` keeps it from that. What it returns is called once it answers. */
  admit?(run: RunRecord): Promise<() => void>;
}

/** A persona that answers with `run`, and with whichever is chosen in its place while it is served. */
export async function serveRunAndChoices(
  context: CommandContext,
  run: RunRecord,
  { flags, conversations, isNamed, admit }: ServeOptions,
): Promise<Serving> {
  const { terminal, workspace, passedOver } = context;
  let stale = await tellOfStale(context, run);
  const card = await openSharedCard(context, withDefaults(replyChoices, flags, context.config.reply));
  let openedOn = card?.place;
  const open = (asked: RunRecord) => {
    openedOn = card?.place;
    const here = openedOn === "cpu" ? { ...flags, gpu: "cpu" as const } : flags;
    return openRun(context, asked, { flags: here, conversations });
  };
  const { persona: first, settings } = await open(run);
  const persona = new SwitchingPersona(first);
  let answering = run;
  const moveTo = async (place: "gpu" | "cpu"): Promise<void> => {
    terminal.note(
      place === "cpu"
        ? "A run has the GPU now: the CPU computes replies."
        : "The GPU computes replies again.",
    );
    const moved = answering;
    const { persona: next } = await open(moved);
    if (answering === moved) return persona.switchTo(next);
    await next.close();
    return moveTo(place);
  };
  card?.share((place) =>
    moveTo(place).catch((error: Error) => {
      terminal.warn(`Replies are computed where they were: ${error.message}`);
      throw error;
    }),
  );
  let onceItAnswers: (() => void) | undefined;
  const following =
    // Which model a server has loaded is not ours to choose.
    isNamed || settings.server !== null
      ? undefined
      : followChoice(workspace, {
          persona,
          run,
          async open(other) {
            onceItAnswers = await admit?.(other);
            return (await open(other)).persona;
          },
          async onSwitch(other) {
            answering = other;
            onceItAnswers?.();
            terminal.note(`${persona.name} answers as ${persona.about} from now on.`);
            stale?.stop();
            stale = await tellOfStale(context, other);
            if (card !== undefined && openedOn !== card.place) await moveTo(card.place);
          },
          onRefusal: ({ message, fix }) => terminal.warn(`${message}\n  Fix: ${fix}`),
          passedOver,
        });
  return {
    persona,
    get run() {
      return answering;
    },
    settings,
    async close() {
      await following?.stop();
      stale?.stop();
      await card?.close();
      await persona.close();
    },
  };
}

/** Says that a run is no longer wanted, now or as soon as that is so. */
async function tellOfStale(context: CommandContext, run: RunRecord): Promise<{ stop(): void } | undefined> {
  return (await warnIfStale(context, run)) ? undefined : watchForStale(context, run);
}

/** Opens a run's persona with its own calibration and guard, unless something else was typed. */
async function openRun(
  context: CommandContext,
  run: RunRecord,
  { flags, conversations }: Pick<ServeOptions, "flags" | "conversations">,
): Promise<{ persona: Persona; settings: ReplySettings }> {
  const { terminal, workspace, config, passedOver } = context;
  const asked = { flags, config: config.reply, passedOver };
  const { settings, about } = await replySettings(workspace, run, asked);
  terminal.note(about);
  const made = await personaOfRun(workspace, run);
  const note = noteIn(workspace.noteFile, passedOver, await masksFor(context, run, made));
  const files = { ...made, note, server: chosenServer(settings, terminal) };
  const guard = await guardFor(context, run, settings);
  const { warn } = terminal;
  return { persona: await openPersona(files, settings, { guard, conversations, warn }), settings };
}
