/** Whoever serves a run opens it here, and goes over to another that is chosen meanwhile. */
import { type Chosen, replyChoices, withDefaults } from "../../choices/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import {
  followChoice,
  noteIn,
  type OpenMask,
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
import { type Device, openSharedCard, type SharedCard } from "./shared-card.ts";

interface Serving {
  persona: Persona;
  /** The run that answers now. */
  readonly run: RunRecord;
  /** As the first run's replies are drawn. */
  settings: ReplySettings;
  /** As the first run has seen words masked; undefined where it has seen them as they were. */
  openMask: OpenMask | undefined;
  close(): Promise<void>;
}

interface ServeOptions {
  /** What was typed about how replies are drawn. */
  flags: Chosen<typeof replyChoices>;
  /** Conversations that are answered at once, each without being evaluated anew; usually a few. */
  conversations?: number | undefined;
  /** A run that was named stays; any other gives way to the one that is chosen. */
  isNamed: boolean;
  /**
   * Called before a run takes another's place; a `UserError` keeps it from that. What it returns is called once it answers,
   * with how that run has seen words masked.
   */
  admit?(run: RunRecord): Promise<(openMask: OpenMask | undefined) => void>;
}

/** A persona that answers with `run`, and with whichever is chosen in its place while it is served. */
export async function serveRunAndChoices(
  context: CommandContext,
  run: RunRecord,
  options: ServeOptions,
  openCard = openSharedCard,
): Promise<Serving> {
  const stale = await tellOfStale(context, run);
  const asked = withDefaults(replyChoices, options.flags, context.config.reply);
  const card = await openCard(context, asked);
  try {
    const opened = await openRun(context, run, { ...options, place: card?.place });
    return new ServedRun({ context, options, run, stale, card, ...opened });
  } catch (error) {
    await card?.close();
    throw error;
  }
}

interface Opened {
  persona: Persona;
  settings: ReplySettings;
  openMask: OpenMask | undefined;
  /** Where the persona was opened. */
  place: Device | undefined;
}

interface Parts extends Opened {
  context: CommandContext;
  options: ServeOptions;
  run: RunRecord;
  stale: Stale;
  card: SharedCard | undefined;
}

class ServedRun implements Serving {
  readonly persona: SwitchingPersona;
  readonly settings: ReplySettings;
  readonly openMask: OpenMask | undefined;
  readonly #context: CommandContext;
  readonly #options: ServeOptions;
  readonly #card: SharedCard | undefined;
  readonly #following: { stop(): Promise<void> } | undefined;
  #run: RunRecord;
  #stale: Stale;
  #place: Device | undefined;

  constructor({ context, options, run, stale, card, persona, settings, openMask, place }: Parts) {
    this.persona = new SwitchingPersona(persona);
    this.settings = settings;
    this.openMask = openMask;
    this.#context = context;
    this.#options = options;
    this.#card = card;
    this.#run = run;
    this.#stale = stale;
    this.#place = place;
    card?.share((to) => this.#moveOrStay(to));
    // Which model a server has loaded is not ours to choose.
    if (!options.isNamed && settings.server === null) this.#following = this.#follow();
  }

  get run(): RunRecord {
    return this.#run;
  }

  async close(): Promise<void> {
    await this.#following?.stop();
    this.#stale?.stop();
    await this.#card?.close();
    await this.persona.close();
  }

  #follow(): { stop(): Promise<void> } {
    const { workspace, terminal, passedOver } = this.#context;
    let onceItAnswers: (() => void) | undefined;
    return followChoice(workspace, {
      persona: this.persona,
      run: this.#run,
      open: async (other) => {
        const admitted = await this.#options.admit?.(other);
        const { persona, openMask } = await this.#open(other);
        onceItAnswers = () => admitted?.(openMask);
        return persona;
      },
      onSwitch: async (other) => {
        this.#run = other;
        onceItAnswers?.();
        await this.#welcome(other);
      },
      onRefusal: ({ message, fix }) => terminal.warn(`${message}\n  Fix: ${fix}`),
      passedOver,
    });
  }

  #open(run: RunRecord): Promise<Opened> {
    this.#place = this.#card?.place;
    return openRun(this.#context, run, { ...this.#options, place: this.#place });
  }

  async #welcome(run: RunRecord): Promise<void> {
    this.#context.terminal.note(`${this.persona.name} answers as ${this.persona.about} from now on.`);
    this.#stale?.stop();
    this.#stale = await tellOfStale(this.#context, run);
    if (this.#card !== undefined && this.#place !== this.#card.place) await this.#moveTo(this.#card.place);
  }

  async #moveOrStay(place: Device): Promise<void> {
    await this.#moveTo(place).catch((error: Error) => {
      this.#context.terminal.warn(`Replies are computed where they were: ${error.message}`);
      throw error;
    });
  }

  async #moveTo(place: Device): Promise<void> {
    this.#context.terminal.note(
      place === "cpu"
        ? "A run has the GPU now: the CPU computes replies."
        : "The GPU computes replies again.",
    );
    const moved = this.#run;
    const { persona } = await this.#open(moved);
    if (this.#run === moved) return this.persona.switchTo(persona);
    await persona.close();
    return this.#moveTo(place);
  }
}

type Stale = { stop(): void } | undefined;

/** Says that a run is no longer wanted, now or as soon as that is so. */
async function tellOfStale(context: CommandContext, run: RunRecord): Promise<Stale> {
  return (await warnIfStale(context, run)) ? undefined : watchForStale(context, run);
}

type OpenOptions = Pick<ServeOptions, "flags" | "conversations"> & { place: Device | undefined };

/** Opens a run's persona with its own calibration and guard, unless something else was typed. */
async function openRun(
  context: CommandContext,
  run: RunRecord,
  { flags, conversations, place }: OpenOptions,
): Promise<Opened> {
  const { terminal, workspace, config, passedOver } = context;
  const here = place === "cpu" ? { ...flags, gpu: place } : flags;
  const asked = { flags: here, config: config.reply, passedOver };
  const { settings, about } = await replySettings(workspace, run, asked);
  terminal.note(about);
  const made = await personaOfRun(workspace, run);
  const openMask = await masksFor(context, run, made);
  const note = noteIn(workspace.noteFile, passedOver, openMask);
  const files = { ...made, note, server: chosenServer(settings, terminal) };
  const guard = await guardFor(context, run, settings);
  const { warn } = terminal;
  const persona = await openPersona(files, settings, { guard, conversations, warn });
  return { persona, settings, openMask, place };
}
