import type { BaseInteraction, Channel, Client, Message, User } from "discord.js";
import type { Logger } from "pino";
import type { PersonaEvent } from "../../persona.ts";
import type { Clock } from "../../replies/index.ts";
import { noticeFlag } from "../messages/index.ts";
import { People, type StateFile } from "../people/index.ts";
import { mostExactPattern, placesOf } from "../places.ts";
import { type Say, sayingIn } from "../words.ts";
import { isLetIn, type Occasion, occasionOf, occasionOfCommand } from "./access.ts";
import { Admins } from "./admins.ts";
import { Approvals } from "./approvals.ts";
import type { Draft } from "./draft-card.ts";
import { FirstContact, type Introduced } from "./first-contact.ts";
import { Limits } from "./limits.ts";
import { Pauses } from "./pauses.ts";
import { describeInProfile } from "./profile.ts";
import { Roles } from "./roles.ts";
import type { DiscordSettings } from "./settings.ts";
import { Sleep } from "./sleep.ts";

interface RulesOptions {
  persona: Introduced;
  /** As they are now: `persona.json` may change while the bot runs. */
  settings: () => DiscordSettings;
  state: StateFile;
  /** Stops whatever is being said in a channel; null for everywhere. */
  fallSilent: (channelId: string | null) => void;
  /** Answers a message that was heard in quiet hours. */
  answerLate: (message: Message) => void;
  log: Logger;
  clock?: Pick<Clock, "now"> | undefined;
}

/** The owner's hand: who is heard and answered, when, and with what. */
export class Rules {
  readonly admins: Admins;
  readonly people: People;
  readonly pauses: Pauses;
  readonly approvals: Approvals;
  readonly say: Say;
  readonly #persona: Introduced;
  readonly #settings: () => DiscordSettings;
  readonly #limits: Limits;
  readonly #roles: Roles;
  readonly #sleep: Sleep;
  readonly #firstContact: FirstContact;
  readonly #log: Logger;

  constructor({ persona, settings, state, fallSilent, answerLate, log, clock }: RulesOptions) {
    this.#persona = persona;
    this.#settings = settings;
    this.#log = log;
    this.say = sayingIn(settings);
    this.admins = new Admins(() => settings().admins);
    this.people = new People(state);
    this.approvals = new Approvals({ settings, admins: this.admins, log });
    this.pauses = new Pauses({ file: state, onPause: fallSilent });
    this.#sleep = new Sleep({ settings, answerLate, log });
    this.#firstContact = new FirstContact(this.people, this.say);
    this.#limits = new Limits(settings, clock);
    this.#roles = new Roles({ settings, log });
  }

  /** Asks Discord who the owner is, and says there what the bot is. */
  async open(client: Client<true>): Promise<void> {
    await this.admins.load(client, this.#log);
    await describeInProfile(client, { persona: this.#persona, say: this.say, log: this.#log });
  }

  isAdmin(userId: string): boolean {
    return this.admins.has(userId);
  }

  /** Falls silent where an admin says the kill word. Asked of every message that no bot wrote, before anything else is done with it. */
  obeysKillWord(message: Message): boolean {
    if (!this.#isKillWord(message)) return false;
    this.pauses.start(null);
    this.#log.warn({ channel: message.channelId }, "silent everywhere until /resume: the kill word was said");
    message.react("🤐").catch(() => {});
    return true;
  }

  /** Whether a message may be read at all, as it came or was fetched later; Discord may have to be asked who wrote it. */
  async mayHear(message: Message, { isFetched = false } = {}): Promise<boolean> {
    if (this.#isKillWord(message) || !this.mayKeep(message)) return false;
    const occasion = occasionOf(message, { isFetched });
    if (this.pauses.areIn(occasion.channelIds)) return false;
    return (await this.#welcomeOf(occasion, message.author)) === "welcome" && this.mayKeep(message);
  }

  /** Whether nobody has asked that it be forgotten. */
  mayKeep({ id, author, channelId }: Message): boolean {
    return !this.people.isOptedOut(author.id) && !this.people.hasForgotten(id, author.id, channelId);
  }

  /**
   * Whether what may be heard, and is for the persona, is answered: `later` is heard and not answered now, what is `left`
   * is heard and stays unanswered, and what is answered `never` is not heard either. Whoever writes too much is told so once.
   */
  mayAnswer(message: Message): "now" | "later" | "left" | "never" {
    const occasion = occasionOf(message);
    const refusal = this.isAdmin(occasion.userId) ? undefined : this.#limits.refusalFor(occasion);
    if (refusal === undefined) return this.#sleep.fateOf(message);
    this.#log.info({ channel: message.channelId, why: refusal.why }, "not answered");
    if (refusal.words !== undefined)
      message.reply({ content: this.say(refusal.words), flags: noticeFlag }).catch(() => {});
    return "never";
  }

  /** How readily it speaks in a channel; undefined where that is as everywhere. */
  talkativenessIn(channel: Channel): number | undefined {
    const { channelTalkativeness } = this.#settings();
    const pattern = mostExactPattern(Object.keys(channelTalkativeness), placesOf(channel));
    return pattern === undefined ? undefined : channelTalkativeness[pattern];
  }

  /** What to tell whoever may not use commands that are not for everybody; undefined where they may. */
  async refusalFor(interaction: BaseInteraction): Promise<string | undefined> {
    const occasion = occasionOfCommand(interaction);
    if (this.people.isOptedOut(occasion.userId)) return this.say("optedOut");
    const welcome = await this.#welcomeOf(occasion, interaction.user, longestLookUpMs);
    return welcome === "welcome" ? undefined : this.say(refusals[welcome]);
  }

  /** The same for whoever has the persona speak by a command. */
  async refusalToSpeakFor(interaction: BaseInteraction): Promise<string | undefined> {
    const refusal = await this.refusalFor(interaction);
    if (refusal !== undefined) return refusal;
    const occasion = occasionOfCommand(interaction);
    if (this.pauses.areIn(occasion.channelIds)) return this.say("paused");
    if (this.isAdmin(occasion.userId)) return undefined;
    return this.#limits.refusalFor(occasion) && this.say("tooMuchAsked");
  }

  /** Whether an admin agrees to what is said in answer to a message, before it is. Their own chat with it needs nobody's consent. */
  needsConsent(message: Message | undefined): boolean {
    const isOfAdmin = message?.channel.isDMBased() && this.isAdmin(message.author.id);
    return this.approvals.areOn && !isOfAdmin;
  }

  /** A reply as it may be said: as it is drawn, or in one piece once an admin has agreed to it. */
  async *released(
    drawing: AsyncIterable<PersonaEvent>,
    draft: Omit<Draft, "bubbles">,
  ): AsyncGenerator<PersonaEvent> {
    if (!this.needsConsent(draft.message)) return yield* drawing;
    const bubbles: string[] = [];
    const others: PersonaEvent[] = [];
    for await (const event of drawing) {
      if (event.type === "bubble-end") bubbles.push(event.bubble);
      else others.push(event);
    }
    for (const bubble of (await this.approvals.release({ ...draft, bubbles })) ?? [])
      yield { type: "bubble-end", bubble };
    yield* others;
  }

  /** Tells somebody that they talk to an AI, the first time. */
  introduce(userId: string, voice: Introduced, say: (words: string) => Promise<unknown>): Promise<void> {
    return this.#firstContact.introduce(userId, voice, say);
  }

  /** Admins are always heard, also where they stand in a list by mistake: else nobody could wake it again. */
  async #welcomeOf(occasion: Occasion, user: User, withinMs?: number): Promise<Welcome> {
    if (this.isAdmin(user.id)) return "welcome";
    const known = await this.#roles.completed(occasion, user, withinMs);
    if (isLetIn(known, this.#settings())) return "welcome";
    return known.areRolesKnown ? "refused" : "unknown";
  }

  #isKillWord({ author, content }: Message): boolean {
    const { killWord } = this.#settings();
    return killWord !== null && this.isAdmin(author.id) && isSaid(killWord, content);
  }
}

/** Whether somebody is heard; unknown while Discord does not say which roles they have, and they are not heard then. */
type Welcome = "welcome" | "refused" | "unknown";

const refusals = { refused: "notWelcome", unknown: "rolesUnknown" } as const;

/** Discord waits three seconds for the answer to a command. */
const longestLookUpMs = 1200;

/** Whether a message is that word alone, whoever it mentions. */
function isSaid(word: string, content: string): boolean {
  const plain = (text: string) =>
    text
      .replace(/<@[!&]?\d+>/g, "")
      .normalize("NFKC")
      .trim()
      .toLowerCase();
  return plain(content) === plain(word);
}
