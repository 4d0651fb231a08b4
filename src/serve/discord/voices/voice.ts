import type { Memories } from "../../memory/index.ts";
import type { Persona } from "../../persona.ts";
import type { Manners } from "../../replies/index.ts";

/** Somebody who speaks as the bot, with a memory of their own. */
export interface Voice {
  persona: Persona;
  memories: Memories;
  /** How it takes its time, and when it speaks. */
  manners(): Manners;
  /** The name that it knows somebody by, from a Discord user id. */
  friendOf(id: string): string | undefined;
}

/** A voice that may be chosen. */
export interface VoiceOffer {
  /** Stays the same from one start to the next; empty for the voice that the bot was started with. */
  key: string;
  /** What people call it. */
  name: string;
  /** What its owner calls it, by which two of one name are told apart. */
  reference: string;
  kind: "persona" | "model";
  /** Which model it is, for people who ask. */
  about: string;
}

/** Where further voices come from. */
export interface VoiceSource {
  /** Keys of those that the owner allows at the moment. */
  keys(): string[];
  /** The same, each with what people are told of it. */
  offers(): Promise<VoiceOffer[]>;
  /**
   * Loads its model.
   *
   * @throws {UserError} where it cannot be.
   */
  open(key: string): Promise<Voice & { close(): Promise<void> }>;
}
