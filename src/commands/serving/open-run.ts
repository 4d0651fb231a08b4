/** Whoever serves a run opens it here, and goes over to another that is chosen meanwhile. */
import { type Chosen, replyChoices, withDefaults } from "../../choices/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import { followChoice, type OpenMask, type Persona, type ReplySettings } from "../../serve/index.ts";
import type { CommandContext } from "../command.ts";
import { warnIfStale, watchForStale } from "../stale.ts";
import { type ComputedHere, computeHere, type OpenCard } from "./computed-here.ts";
import { type Opened, openRunHere } from "./open-persona.ts";

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
  /** Told how replies are drawn, of each run that is opened. */
  onOpening?(about: string): void;
  /** A run that was named stays; any other gives way to the one that is chosen. */
  isNamed: boolean;
  /**
   * Called before a run takes another's place; a `UserError` keeps it from that. What it returns is called once it answers,
   * with how that run has seen words masked.
   */
  admit?(run: RunRecord): Promise<(openMask: OpenMask | undefined) => void>;
}

/** What a test puts in the place of a GPU, which its machine may not have. */
export interface Means {
  openCard?: OpenCard;
  open?: typeof openRunHere;
}

/** A persona that answers with `run`, and with whichever is chosen in its place while it is served. */
export async function serveRunAndChoices(
  context: CommandContext,
  run: RunRecord,
  options: ServeOptions,
  { openCard, open = openRunHere }: Means = {},
): Promise<Serving> {
  const stale = await tellOfStale(context, run);
  const settings = withDefaults(replyChoices, options.flags, context.config.reply);
  try {
    const here = await computeHere(
      context,
      { who: run, settings, open: (other, place) => open(context, other, { ...options, place }) },
      openCard,
    );
    return new ServedRun({ context, options, stale, here });
  } catch (error) {
    stale?.stop();
    throw error;
  }
}

interface Parts {
  context: CommandContext;
  options: ServeOptions;
  stale: Stale;
  here: ComputedHere<RunRecord, Opened>;
}

class ServedRun implements Serving {
  readonly settings: ReplySettings;
  readonly openMask: OpenMask | undefined;
  readonly #context: CommandContext;
  readonly #options: ServeOptions;
  readonly #here: ComputedHere<RunRecord, Opened>;
  readonly #following: { stop(): Promise<void> } | undefined;
  #stale: Stale;

  constructor({ context, options, stale, here }: Parts) {
    this.settings = here.first.settings;
    this.openMask = here.first.openMask;
    this.#context = context;
    this.#options = options;
    this.#here = here;
    this.#stale = stale;
    // Which model a server has loaded is not ours to choose.
    if (!options.isNamed && this.settings.server === null) this.#following = this.#follow();
  }

  get persona(): Persona {
    return this.#here.persona;
  }

  get run(): RunRecord {
    return this.#here.who;
  }

  async close(): Promise<void> {
    await this.#following?.stop();
    this.#stale?.stop();
    await this.#here.close();
  }

  #follow(): { stop(): Promise<void> } {
    const { workspace, terminal, passedOver } = this.#context;
    let onceItAnswers = () => {};
    return followChoice(workspace, {
      persona: this.#here.persona,
      run: this.run,
      open: async (other) => {
        const admitted = await this.#options.admit?.(other);
        const { opened, nowAnswers } = await this.#here.openAnother(other);
        onceItAnswers = () => {
          nowAnswers();
          admitted?.(opened.openMask);
        };
        return opened.persona;
      },
      onSwitch: async (other) => {
        onceItAnswers();
        await this.#welcome(other);
      },
      onRefusal: ({ message, fix }) => terminal.warn(`${message}\n  Fix: ${fix}`),
      passedOver,
    });
  }

  async #welcome(run: RunRecord): Promise<void> {
    const { name, about } = this.persona;
    this.#context.terminal.note(`${name} answers as ${about} from now on.`);
    this.#stale?.stop();
    this.#stale = await tellOfStale(this.#context, run);
    // The GPU may have gone to a run while this one was opened on it.
    await this.#here.followCard();
  }
}

type Stale = { stop(): void } | undefined;

/** Says that a run is no longer wanted, now or as soon as that is so. */
async function tellOfStale(context: CommandContext, run: RunRecord): Promise<Stale> {
  return (await warnIfStale(context, run)) ? undefined : watchForStale(context, run);
}
