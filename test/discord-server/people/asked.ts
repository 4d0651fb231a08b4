import type { APIMessage } from "discord.js";
import type { Choice, Interaction, Modal } from "../interactions.ts";
import { until } from "./waiting.ts";

const loading = 1 << 7;

/** What somebody asked of the bot by a command, a click or a form, and what came of it. */
export class Asked {
  readonly interaction: Interaction;

  constructor(interaction: Interaction) {
    this.interaction = interaction;
  }

  /** Whether only the asker sees the answer. */
  get isEphemeral(): boolean {
    return this.interaction.isEphemeral;
  }

  /** Whether the bot said first that it needs time. */
  get isDeferred(): boolean {
    return this.interaction.acknowledged === 5 || this.interaction.acknowledged === 6;
  }

  /** What the bot said after its first answer. */
  get followUps(): APIMessage[] {
    return this.interaction.followUps;
  }

  /** The first answer, as it is once its words are there; after a click that changed its message, that message. */
  answer(): Promise<APIMessage> {
    return until(
      () => {
        const { original } = this.interaction;
        return original !== undefined && ((original.flags ?? 0) & loading) === 0 && original;
      },
      () => this.#otherwise("no answer"),
    );
  }

  /** The words of the first answer. */
  async words(): Promise<string> {
    return (await this.answer()).content;
  }

  /** So many follow-ups. */
  async followedUp(count: number): Promise<APIMessage[]> {
    await until(
      () => this.followUps.length >= count,
      () => this.#otherwise(`${this.followUps.length} follow-ups instead of ${count}`),
    );
    return this.followUps;
  }

  /** Resolves once the bot has reacted in any way. */
  async acknowledged(): Promise<void> {
    await until(
      () => this.interaction.acknowledged !== undefined,
      () => this.#otherwise("nothing"),
    );
  }

  /** The form that the bot opened. */
  modal(): Promise<Modal> {
    return until(
      () => this.interaction.modal,
      () => this.#otherwise("no form"),
    );
  }

  choices(): Promise<Choice[]> {
    return until(
      () => this.interaction.choices,
      () => this.#otherwise("no choices"),
    );
  }

  #otherwise(instead: string): string {
    const { data, acknowledged } = this.interaction;
    const asked = String(data.name ?? data.custom_id);
    const how = acknowledged === undefined ? "it was never acknowledged" : `acknowledged by ${acknowledged}`;
    return `The bot gave ${instead} to ${asked}: ${how}.`;
  }
}
