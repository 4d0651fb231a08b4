/** Whoever serves a run opens it here, and goes over to another that is chosen meanwhile. */
import { type Chosen, replyChoices, withDefaults } from "../../choices/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import {
  followChoice,
  type OpenMask,
  type Persona,
  type ReplySettings,
  SwitchingPersona,
} from "../../serve/index.ts";
import { announceServing } from "../../train/index.ts";
import type { CommandContext } from "../command.ts";
import { warnIfStale, watchForStale } from "../stale.ts";
import { type Opened, openRunHere } from "./open-persona.ts";
import { openSharedCard, type SharedCard } from "./shared-card.ts";

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

/** What a test puts in the place of a GPU, which its machine may not have. */
interface Means {
  openCard?: (...asked: Parameters<typeof openSharedCard>) => Promise<Card | undefined>;
  open?: typeof openRunHere;
}

type Card = Pick<SharedCard, "place" | "share" | "close">;

/** A persona that answers with `run`, and with whichever is chosen in its place while it is served. */
export async function serveRunAndChoices(
  context: CommandContext,
  run: RunRecord,
  options: ServeOptions,
  { openCard = openSharedCard, open = openRunHere }: Means = {},
): Promise<Serving> {
  const stale = await tellOfStale(context, run);
  const asked = withDefaults(replyChoices, options.flags, context.config.reply);
  const card = await openCard(context, asked);
  const presence = asked.server === null ? await announceServing(context.workspace) : undefined;
  try {
    const opened = await open(context, run, { ...options, place: card?.place });
    return new ServedRun({ context, options, stale, card, presence, open, answering: { ...opened, run } });
  } catch (error) {
    presence?.end();
    await card?.close();
    throw error;
  }
}

/** A run that was opened, and where. */
interface Answering extends Opened {
  run: RunRecord;
}

interface Parts {
  context: CommandContext;
  options: ServeOptions;
  stale: Stale;
  card: Card | undefined;
  /** Tells runs on this machine that replies are computed here. */
  presence: { end(): void } | undefined;
  open: typeof openRunHere;
  answering: Answering;
}

class ServedRun implements Serving {
  readonly persona: SwitchingPersona;
  readonly settings: ReplySettings;
  readonly openMask: OpenMask | undefined;
  readonly #context: CommandContext;
  readonly #options: ServeOptions;
  readonly #card: Card | undefined;
  readonly #presence: { end(): void } | undefined;
  readonly #openRun: typeof openRunHere;
  readonly #following: { stop(): Promise<void> } | undefined;
  #answering: Pick<Answering, "run" | "place">;
  #stale: Stale;
  /** The last move from the GPU, or back: one at a time. */
  #moving: Promise<void> = Promise.resolve();

  constructor({ context, options, stale, card, presence, open, answering }: Parts) {
    this.persona = new SwitchingPersona(answering.persona);
    this.settings = answering.settings;
    this.openMask = answering.openMask;
    this.#context = context;
    this.#options = options;
    this.#card = card;
    this.#presence = presence;
    this.#openRun = open;
    this.#answering = answering;
    this.#stale = stale;
    card?.share(() => this.#moveOrStay());
    // Which model a server has loaded is not ours to choose.
    if (!options.isNamed && this.settings.server === null) this.#following = this.#follow();
  }

  get run(): RunRecord {
    return this.#answering.run;
  }

  async close(): Promise<void> {
    await this.#following?.stop();
    this.#stale?.stop();
    await this.#card?.close();
    await this.persona.close();
    this.#presence?.end();
  }

  #follow(): { stop(): Promise<void> } {
    const { workspace, terminal, passedOver } = this.#context;
    let onceItAnswers = () => {};
    return followChoice(workspace, {
      persona: this.persona,
      run: this.run,
      open: async (other) => {
        const admitted = await this.#options.admit?.(other);
        const { persona, openMask, place } = await this.#open(other);
        onceItAnswers = () => {
          this.#answering = { run: other, place };
          admitted?.(openMask);
        };
        return persona;
      },
      onSwitch: async (other) => {
        onceItAnswers();
        await this.#welcome(other);
      },
      onRefusal: ({ message, fix }) => terminal.warn(`${message}\n  Fix: ${fix}`),
      passedOver,
    });
  }

  #open(run: RunRecord): Promise<Opened> {
    return this.#openRun(this.#context, run, { ...this.#options, place: this.#card?.place });
  }

  async #welcome(run: RunRecord): Promise<void> {
    this.#context.terminal.note(`${this.persona.name} answers as ${this.persona.about} from now on.`);
    this.#stale?.stop();
    this.#stale = await tellOfStale(this.#context, run);
    // The GPU may have gone to a run while this one was opened on it.
    await this.#move();
  }

  async #moveOrStay(): Promise<void> {
    await this.#move().catch((error: Error) => {
      this.#context.terminal.warn(`Replies are computed where they were: ${error.message}`);
      throw error;
    });
  }

  #move(): Promise<void> {
    const move = this.#moving.then(() => this.#moveToCard());
    this.#moving = move.catch(() => {});
    return move;
  }

  /** Goes where the card is, with whichever run answers when it gets there. */
  async #moveToCard(): Promise<void> {
    while (this.#answering.place !== this.#card?.place) {
      this.#context.terminal.note(this.#whereTo());
      const { run } = this.#answering;
      const { persona, place } = await this.#open(run);
      if (this.run !== run) {
        await persona.close();
        continue;
      }
      this.#answering = { run, place };
      await this.persona.switchTo(persona);
    }
  }

  #whereTo(): string {
    if (this.#card?.place === "gpu") return "The GPU computes replies again.";
    return this.settings.whileTraining === "rest"
      ? `A run has the GPU now: ${this.persona.name} rests until it is through.`
      : "A run has the GPU now: the CPU computes replies.";
  }
}

type Stale = { stop(): void } | undefined;

/** Says that a run is no longer wanted, now or as soon as that is so. */
async function tellOfStale(context: CommandContext, run: RunRecord): Promise<Stale> {
  return (await warnIfStale(context, run)) ? undefined : watchForStale(context, run);
}
