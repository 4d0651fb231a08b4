import { createHash } from "node:crypto";
import { dataSetChoices, withDefaults } from "../choices/index.ts";
import { closestNames } from "../closest-names.ts";
import { UserError } from "../errors.ts";
import type { MessageStore, Rendering } from "../handoffs/index.ts";
import type { Workspace } from "../workspace.ts";
import { peopleOf } from "./people.ts";
import { countryOfLocale, type RealNames } from "./redaction/index.ts";

/** What is asked of `prepareShards`; everything but the store and the workspace has a default. */
export interface PrepareOptions extends Undefinable<Choices> {
  store: MessageStore;
  workspace: Workspace;
  /** Whose voice to learn; default: the owner of the export. */
  persona?: string | undefined;
  /** Where `tokenizer.json` lies; default: GPT-2's own. */
  tokenizerDirectory?: string;
  /** What the tokeniser is called in the manifest. */
  tokenizerName?: string;
  /** Ids of a tokeniser to be trained on this data set's own text, instead of taking one that there is. */
  trainTokenizer?: number | undefined;
  /** The owner's list of what must never be learned: the text of `redact.txt`. */
  ownRules?: string;
  /** Whether the report calls people by their names: it is for the owner alone. */
  showNames?: boolean;
  /** Threads of the store that are worked on at once; default: as many as the machine has cores. */
  jobs?: number | undefined;
  /** How worker threads open the store; without it, everything happens in this thread. */
  storeModule?: StoreModule | undefined;
  /** Counts everything and leaves nothing on disk. */
  dryRun?: boolean;
  onProgress?: (threads: number, total: number) => void;
  /** Told what takes its time, a line for people. */
  note?: (line: string) => void;
  signal?: AbortSignal;
}

type Undefinable<Type> = { [Key in keyof Type]?: Type[Key] | undefined };

/** A module that exports `openStore(told): Promise<MessageStore>`. What it is told survives structured cloning. */
export interface StoreModule {
  url: string;
  told: unknown;
}

/** The choices that decide what is in a data set. Lists of names compare without regard to case. */
export interface Choices {
  rendering: Rendering;
  /** A longer silence starts a new conversation; `auto`: each thread's own rhythm. */
  maxSilenceMinutes: number | "auto";
  /** Share of each thread's conversations, the newest, that is held out. */
  holdOutShare: number;
  /** Share of whole threads that is held out. */
  holdOutThreadShare: number;
  neutralLabelShare: number;
  /** Share of the persona's turns of a single word that is learned from; the others remain as context. */
  keepShort: number;
  minOwnTexts: number;
  minOwnShare: number;
  /** Only these threads, by id or title. Empty: all. */
  includeThreads: string[];
  excludeThreads: string[];
  /** Only threads in which one of these people takes part. Empty: all. */
  includePeople: string[];
  /** Threads in which one of these people takes part are left out. */
  excludePeople: string[];
  excludedSections: string[];
  /** Unix time in milliseconds: from the first on, up to but without the second. */
  since: number | null;
  until: number | null;
  /** Friends of whose words nothing may remain. */
  optedOut: string[];
  /** Where telephone numbers without a country code are from, ISO 3166; default: the country of this machine's locale. */
  country: string | null;
  /** What becomes of people's names. */
  realNames: RealNames;
  /** IANA name of the zone that the report's hours are in; default: this machine's. */
  timeZone: string;
  /** Conversations of the persona to use at most, for a quick trial; the newest of each thread are kept. */
  maxConversations: number | null;
}

/** Choices with nothing left open. */
export interface Settings extends Choices {
  persona: string;
  /** Of the owner's list: its words are in no file of a data set. */
  ownRulesSha256: string;
}

export function settingsOf(options: PrepareOptions): Settings {
  requireNames(options);
  const { store, persona, ownRules = "" } = options;
  const chosen = Object.entries(options).filter(([key, value]) => key in defaults && value !== undefined);
  const settings: Choices = { ...defaults, ...Object.fromEntries(chosen) };
  return {
    ...settings,
    optedOut: [...new Set(settings.optedOut.flatMap((name) => spellingsInStore(name, store)))].toSorted(),
    country: settings.country ?? countryOfLocale() ?? null,
    persona: findPersona(store, persona),
    ownRulesSha256: createHash("sha256").update(ownRules).digest("hex"),
  };
}

const defaults: Choices = {
  rendering: "plain",
  ...withDefaults(dataSetChoices),
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  maxConversations: null,
};

/** Nobody's words may stay because of a capital letter. A name that is not there (any more) harms nothing. */
function spellingsInStore(name: string, store: MessageStore): string[] {
  const spellings = peopleOf(store).filter((known) => isSameName(known, name));
  return spellings.length > 0 ? spellings : [name];
}

/** A misspelled name would leave nothing of what was asked for. */
function requireNames({ store, includeThreads = [], includePeople = [] }: PrepareOptions): void {
  requireKnown(store, { threads: includeThreads, people: includePeople });
}

interface Named {
  threads?: string[] | undefined;
  people?: string[] | undefined;
  sections?: string[] | undefined;
}

/** @throws {UserError} for the first name that nobody, no thread or no section of the store has. */
export function requireKnown(store: MessageStore, { threads = [], people = [], sections = [] }: Named): void {
  const known = namesIn(store);
  for (const name of threads) requireName(name, known.threads, "No thread in the message store");
  for (const name of people) requireName(name, known.people, "Nobody in the message store");
  for (const name of sections) requireName(name, known.sections, "No section of the message store");
}

/** Of these names, those that the store does not have. */
export function unknownNames(store: MessageStore, { threads = [], people = [] }: Named): string[] {
  const known = namesIn(store);
  const isUnknown = (names: string[]) => (name: string) => !names.some((other) => isSameName(name, other));
  return [...people.filter(isUnknown(known.people)), ...threads.filter(isUnknown(known.threads))];
}

function namesIn(store: MessageStore): Required<Record<keyof Named, string[]>> {
  return {
    threads: store.threads.flatMap(({ id, title }) => [id, title]),
    people: peopleOf(store),
    // Those that are left out by default may well not be there.
    sections: [...store.threads.map(({ section }) => section), ...defaults.excludedSections],
  };
}

function requireName(asked: string, names: Iterable<string>, nobody: string): void {
  const known = new Set(names);
  for (const name of known) if (isSameName(asked, name)) return;
  const offers = closestNames(asked, known).map((name) => `"${name}"`);
  throw new UserError(`${nobody} is called "${asked}".`, {
    fix: offers.length > 0 ? `Did you mean ${offers.join(" or ")}?` : "See persona messages for every name.",
  });
}

/** Names compare without regard to case. */
export function isSameName(one: string, other: string): boolean {
  return one.localeCompare(other, undefined, { sensitivity: "accent" }) === 0;
}

function findPersona(store: MessageStore, asked: string | undefined): string {
  if (asked === undefined) return store.owner;
  const names = peopleOf(store);
  if (names.includes(asked.normalize("NFC"))) return asked.normalize("NFC");
  const offers = closestNames(asked, names).map((name) => `"${name}"`);
  throw new UserError(`Nobody in the message store is called "${asked}".`, {
    fix:
      offers.length > 0 ? `Did you mean ${offers.join(" or ")}?` : "Import an export first: persona import …",
  });
}
