/** Whoever computes replies in this process: runs on this machine are told of it, and one that needs the GPU gets it. */
import { type Persona, type ReplySettings, SwitchingPersona } from "../../serve/index.ts";
import { announceServing } from "../../train/index.ts";
import type { CommandContext } from "../command.ts";
import { type Device, openSharedCard, type SharedCard } from "./shared-card.ts";

/** What a test puts in the place of a GPU, which its machine may not have. */
export type OpenCard = (...asked: Parameters<typeof openSharedCard>) => Promise<Card | undefined>;

type Card = Pick<SharedCard, "place" | "share" | "close">;

interface ComputeOptions<Who, Opened> {
  /** Who answers first. */
  who: Who;
  /** What was chosen of where replies are computed. */
  settings: Pick<ReplySettings, "gpu" | "server" | "whileTraining">;
  /** Opens whoever answers; `place` is undefined where no card is shared. */
  open(who: Who, place: Device | undefined): Promise<Opened>;
}

/** Opens whoever answers, on the GPU where it is free, and has them follow it from then on. */
export async function computeHere<Who, Opened extends { persona: Persona }>(
  context: CommandContext,
  options: ComputeOptions<Who, Opened>,
  openCard: OpenCard = openSharedCard,
): Promise<ComputedHere<Who, Opened>> {
  const { who, settings, open } = options;
  const card = await openCard(context, settings);
  const presence = settings.server === null ? await announceServing(context.workspace) : undefined;
  try {
    const place = card?.place;
    const first = await open(who, place);
    return new ComputedHere({ context, options, card, presence, first, place });
  } catch (error) {
    presence?.end();
    await card?.close();
    throw error;
  }
}

interface Parts<Who, Opened> {
  context: CommandContext;
  options: ComputeOptions<Who, Opened>;
  card: Card | undefined;
  /** Tells runs on this machine that replies are computed here. */
  presence: { end(): void } | undefined;
  first: Opened;
  /** Where they were opened. */
  place: Device | undefined;
}

/** Answers from where the card is: when a run wants it from the CPU, or not at all, and from the card again afterwards. */
export class ComputedHere<Who, Opened extends { persona: Persona }> {
  readonly persona: SwitchingPersona;
  /** As whoever answers first was opened. */
  readonly first: Opened;
  readonly #parts: Parts<Who, Opened>;
  #answering: { who: Who; place: Device | undefined };
  /** The last move from the GPU, or back: one at a time. */
  #moving: Promise<void> = Promise.resolve();

  constructor(parts: Parts<Who, Opened>) {
    const { card, first, place, options } = parts;
    this.persona = new SwitchingPersona(first.persona);
    this.first = first;
    this.#parts = parts;
    this.#answering = { who: options.who, place };
    card?.share(() => this.#moveOrStay());
  }

  /** Who answers now. */
  get who(): Who {
    return this.#answering.who;
  }

  /** Opens somebody else, who may answer in their place: `nowAnswers` is called once that is so. */
  async openAnother(who: Who): Promise<{ opened: Opened; nowAnswers(): void }> {
    const { card, options } = this.#parts;
    const place = card?.place;
    const opened = await options.open(who, place);
    const nowAnswers = () => {
      this.#answering = { who, place };
    };
    return { opened, nowAnswers };
  }

  /** Goes where the card is, which may have changed while somebody was opened. */
  followCard(): Promise<void> {
    const move = this.#moving.then(() => this.#moveToCard());
    this.#moving = move.catch(() => {});
    return move;
  }

  async close(): Promise<void> {
    const { card, presence } = this.#parts;
    await card?.close();
    await this.persona.close();
    presence?.end();
  }

  async #moveOrStay(): Promise<void> {
    await this.followCard().catch((error: Error) => {
      const { terminal } = this.#parts.context;
      terminal.warn(`${this.persona.name}'s replies are computed where they were: ${error.message}`);
      throw error;
    });
  }

  /** With whoever answers when it gets there. */
  async #moveToCard(): Promise<void> {
    const { card, context, options } = this.#parts;
    while (this.#answering.place !== card?.place) {
      context.terminal.note(this.#whereTo());
      const { who } = this;
      const place = card?.place;
      const { persona } = await options.open(who, place);
      if (this.who !== who) {
        await persona.close();
        continue;
      }
      this.#answering = { who, place };
      await this.persona.switchTo(persona);
    }
  }

  #whereTo(): string {
    const { card, options } = this.#parts;
    const { name } = this.persona;
    if (card?.place === "gpu") return `The GPU computes ${name}'s replies again.`;
    return options.settings.whileTraining === "rest"
      ? `A run has the GPU now: ${name} rests until it is through.`
      : `A run has the GPU now: the CPU computes ${name}'s replies.`;
  }
}
