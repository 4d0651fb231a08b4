import { isSameName } from "../../../closest-names.ts";
import { orPassOver, type PassedOver } from "../../../errors.ts";
import type { StateFile } from "../people/index.ts";
import type { Voice, VoiceOffer, VoiceSource } from "./voice.ts";

interface CastOptions {
  /** The voice that the bot was started with. */
  own: Voice;
  source?: VoiceSource | undefined;
  state: StateFile;
  /** A channel and what it lies in, from the inside out: the parent of a thread, the server. */
  around(channelId: string): string[];
}

type OpenVoice = Awaited<ReturnType<VoiceSource["open"]>>;

/** Who speaks where: the voice that the bot was started with, or another of those that its owner allows. */
export class Cast {
  readonly #options: CastOptions;
  readonly #open = new Map<string, OpenVoice>();
  readonly #prompts = new Map<string, string>();
  readonly #opening = new Map<string, Promise<OpenVoice>>();

  constructor(options: CastOptions) {
    this.#options = options;
    forgetWith(options.own);
  }

  /** The voice that the bot was started with. */
  get own(): Voice {
    return this.#options.own;
  }

  /** Every voice whose model is loaded. */
  get voices(): Voice[] {
    return [this.own, ...this.#open.values()];
  }

  /** Who speaks in a channel. */
  in(channelId: string): Voice {
    return this.#open.get(this.keyIn(channelId)) ?? this.own;
  }

  /** Who speaks in a server, but for channels that have chosen somebody else. */
  inServer(guildId: string): Voice {
    return this.#open.get(this.#keyAmong([guildId])) ?? this.own;
  }

  /** The name of who speaks in a channel, where it is not the one whom the bot's account stands for there. */
  guestIn(channelId: string): string | undefined {
    const guild = this.#options.around(channelId).at(-1) ?? channelId;
    const { persona } = this.in(channelId);
    return guild === channelId || persona === this.inServer(guild).persona ? undefined : persona.name;
  }

  /** The key of who speaks in a channel; empty for the bot's own voice. */
  keyIn(channelId: string): string {
    return this.#keyAmong(this.#options.around(channelId));
  }

  /** By the first of these places that has chosen. */
  #keyAmong(places: string[]): string {
    const allowed = this.#options.source?.keys() ?? [];
    for (const place of places) {
      const key = this.#choiceAt(place);
      if (key !== undefined) return allowed.includes(key) ? key : ownKey;
    }
    return ownKey;
  }

  /** What a model is told in a channel before all that is said; undefined where that is its usual prompt. */
  promptIn(channelId: string): string | undefined {
    return this.#prompts.get(channelId);
  }

  /** Holds until a restart, for it is somebody's words. */
  setPrompt(channelId: string, words: string | undefined): void {
    if (words === undefined) this.#prompts.delete(channelId);
    else this.#prompts.set(channelId, words);
  }

  /** Everybody who may be chosen, the bot's own voice first. */
  async offers(): Promise<VoiceOffer[]> {
    const { own, source } = this.#options;
    const { name, about, isModel = false } = own.persona;
    const kind = isModel ? "model" : "persona";
    const first: VoiceOffer = { key: ownKey, name, reference: "", kind, about };
    return toldApart([first, ...((await source?.offers()) ?? [])]);
  }

  /**
   * Has another voice speak in a channel or server from now on, also after a restart.
   *
   * @throws {UserError} where its model cannot be loaded.
   */
  async use(placeId: string, key: string): Promise<Voice> {
    const voice = key === ownKey ? this.own : await this.#opened(key);
    await this.#options.state.edit((state) => ({
      ...state,
      voices: [...state.voices.filter(({ place }) => place !== placeId), { place: placeId, voice: key }],
    }));
    return voice;
  }

  /** Loads the models of the voices that were chosen before a restart; the bot's own speaks for those that cannot be. */
  async restore(passedOver: PassedOver): Promise<void> {
    const allowed = this.#options.source?.keys() ?? [];
    const chosen = new Set(this.#options.state.current.voices.map(({ voice }) => voice));
    for (const key of allowed.filter((key) => chosen.has(key)))
      await orPassOver(this.#opened(key), passedOver);
  }

  /** Closes all but the bot's own voice. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#open.values()].map((voice) => voice.close()));
  }

  #choiceAt(placeId: string): string | undefined {
    return this.#options.state.current.voices.find(({ place }) => place === placeId)?.voice;
  }

  async #opened(key: string): Promise<OpenVoice> {
    const open = this.#open.get(key);
    if (open !== undefined) return open;
    const { source } = this.#options;
    if (source === undefined) throw new Error("No other voices were allowed.");
    const opening = this.#opening.get(key) ?? source.open(key);
    this.#opening.set(key, opening);
    try {
      const voice = await opening;
      forgetWith(voice);
      this.#open.set(key, voice);
      return voice;
    } finally {
      this.#opening.delete(key);
    }
  }
}

const ownKey = "";

/** Further ones of a name that somebody has already are called by what their owner calls them, too. */
function toldApart(offers: VoiceOffer[]): VoiceOffer[] {
  return offers.map((offer) => {
    const { key, name, reference } = offer;
    const isShared = offers.some((other) => other.key !== key && isSameName(other.name, name));
    return isShared && key !== ownKey ? { ...offer, name: `${name} (${reference.slice(-40)})` } : offer;
  });
}

/** What is erased of a conversation is not kept evaluated either. */
function forgetWith({ persona, memories }: Pick<Voice, "persona" | "memories">): void {
  memories.onErased((conversation) => persona.forget(conversation));
}
