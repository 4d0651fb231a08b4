/**
 * The way of a message, from a friend and back.
 *
 *     front door   a friend writes on Discord (`discord/hearing/`: what is for the persona, as a person would read it; what its
 *                  owner allows, `discord/rules/`), in a terminal (`src/commands/serving/chat/`) or over HTTP (`http/`)
 *     Memory       hears it through the masks that training saw such words through, in the turns of its conversation; what
 *                  does not fit into the model's context is forgotten there, and all of it after some days
 *     Exchange     waits until the friend's burst is over, as long as the persona's patience has it; over HTTP, nobody waits
 *     Silence      on Discord, decides whether it speaks, in a group by `chanceOfSpeaking`; or it reacts with an emoji instead
 *     prompt       the turns become token ids, by the code that wrote the training data
 *     Engine       draws what comes next: llama.cpp in this process, or a server; the guard bars copies of training
 *     filters      each bubble is held against what may not be said; where one fails, another candidate is drawn
 *     ranking      the first candidate that may be said is said, or the best of several
 *     front door   shows each bubble when it is due; the memory keeps it as said, before what was heard meanwhile, and what
 *                  was heard has the exchange think again or answer once more
 *
 * Here are the steps from the prompt to the bubbles that may be said.
 */

import { replyChoices, withDefaults } from "../choices/index.ts";
import type { Guard } from "../guard/index.ts";
import type { Turn } from "../handoffs/index.ts";
import type { Tokenizer } from "../tokenizer/index.ts";
import { createTranscript } from "../transcript/index.ts";
import type { Engine, WeighedId } from "./engines/index.ts";
import { afterNote, type Memory, promptWithin, type StateNote } from "./memory/index.ts";
import { labelIn, labelOfAnybody, type PersonaFiles } from "./persona-files.ts";
import {
  type CandidateEvent,
  type CandidateEventOf,
  chanceOfSpeaking,
  type DrawSettings,
  type Draws,
  drawEach,
  filterFor,
  forgetResting,
  type ReplyOutcome,
  sayOne,
} from "./replies/index.ts";
import { type Script, scriptOf } from "./script.ts";

/** A model that answers as a person, or as itself. */
export interface Persona {
  readonly name: string;
  /** Whether it speaks for nobody: a model that was taught to answer, with prompts of its owner's. */
  readonly isModel?: boolean;
  /** Which model it is, for people who ask. */
  readonly about: string;
  /** Where it computes. */
  readonly engine: string;
  /**
   * The label of somebody: the name that training knows, else a neutral one that it has seen too.
   *
   * @param called What they call themselves, for models that know nobody.
   */
  labelOf(name: string | undefined, called?: string): string;
  /** What the persona says next, as it is drawn; what no longer fits into its context is forgotten. */
  reply(memory: Memory, options?: ReplyOptions): AsyncGenerator<PersonaEvent>;
  /** Several answers to the same words, one by each seed, as they are drawn together; what may not be said of them is left out. */
  replies(memory: Memory, options: RepliesOptions): AsyncGenerator<PersonaEventOf>;
  /** Probability that the persona speaks after these turns; undefined where the engine cannot tell. */
  chanceOfSpeaking(turns: Turn[], options?: ReadOptions): Promise<number | undefined>;
  /** How likely each id of these bubbles is as an answer, with so many of the likeliest; undefined where the engine cannot tell. */
  weigh(
    memory: Memory,
    bubbles: string[],
    likeliest: number,
    options?: ReadOptions,
  ): Promise<WeighedId[] | undefined>;
  /** Lends the model itself, without the person, for as long as `use` takes. */
  withModel<T>(use: (model: Model) => Promise<T>): Promise<T>;
  /** What it is up to, where its owner has said so. */
  note(): Promise<StateNote | undefined>;
  /** Forgets what was evaluated of a conversation. */
  forget(conversation: string): void;
  close(): Promise<void>;
}

interface ReplyEnd {
  type: "reply-end";
  outcome: ReplyOutcome;
  promptTokens?: number;
  /** The settings of the draw, for people. */
  drawnBy?: string;
}

/** The last event of a reply says what came of it. */
export type PersonaEvent = CandidateEvent | ReplyEnd;
/** The last event of several replies says what came of them all. */
export type PersonaEventOf = CandidateEventOf | ReplyEnd;

/** What computes a persona's replies: it continues any text. */
export interface Model {
  engine: Engine;
  tokenizer: Tokenizer;
  /** Says of each id that is drawn whether it may be said, where there is a guard. */
  watch(): { maySay?: (id: number) => boolean };
}

type ReadOptions = Parameters<Engine["nextProbabilities"]>[2];

interface ReplyOptions {
  signal?: AbortSignal;
  seed?: number;
  /** False where nothing with a link in it may be said. */
  mayLink?: boolean;
  /** In place of what was chosen for all replies. */
  drawing?: Partial<Pick<DrawSettings, "temperature" | "topP" | "minP" | "maxTokens">>;
  /** What a model is told before all that was said, in place of its usual prompt; nothing to a person's. */
  systemPrompt?: string | undefined;
}

interface RepliesOptions extends Omit<ReplyOptions, "seed"> {
  seeds: number[];
}

const neverAborted = new AbortController().signal;

/** All of a persona but its engine, which continues ids and knows nothing of people. */
interface Parts {
  files: Pick<PersonaFiles, "name" | "about" | "rendering" | "speakers" | "note">;
  /** How a model that was not trained here is written to. */
  script?: Script | undefined;
  settings: Partial<DrawSettings>;
  tokenizer: Tokenizer;
  guard?: Guard | undefined;
}

/** A persona that speaks with any engine. */
export function personaOf(engine: Engine, { files, script, settings, tokenizer, guard }: Parts): Persona {
  const mind: Mind = {
    engine,
    script:
      script ?? scriptOf(createTranscript({ tokenizer, rendering: files.rendering, persona: files.name })),
    settings: withDefaults(replyChoices, settings),
    noteAsHeard: async () => files.note?.asHeard(),
    labels: [files.name, ...files.speakers],
    watch(before) {
      const watch = guard?.watch(before, tokenizer.bytesOf);
      return watch === undefined ? {} : { maySay: (id) => watch.read(id) };
    },
  };
  return {
    name: files.name,
    about: files.about,
    engine: engine.about,
    isModel: script !== undefined,
    labelOf: (name, called) => (script === undefined ? labelIn(files, name) : labelOfAnybody(name, called)),
    reply: (memory, options = {}) => reply(mind, memory, options),
    replies: (memory, options) => replies(mind, memory, options),
    async chanceOfSpeaking(turns, options = {}) {
      const { nextSpeaker } = mind.script;
      if (nextSpeaker === undefined) return undefined;
      const heard = afterNote(await mind.noteAsHeard(), turns);
      return chanceOfSpeaking(engine, { nextSpeaker }, heard, options);
    },
    weigh: (memory, bubbles, likeliest, options) => weigh(mind, memory, { bubbles, likeliest }, options),
    withModel: (use) => use({ engine, tokenizer, watch: () => mind.watch([]) }),
    note: async () => files.note?.current(),
    forget: (conversation) => engine.forget(conversation),
    close: () => engine.close(),
  };
}

/** What all replies of a persona have in common. */
interface Mind {
  engine: Engine;
  script: Script;
  settings: DrawSettings;
  noteAsHeard(): Promise<string | undefined>;
  /** Of everybody whose turns the model may try to write. */
  labels: string[];
  /** Watches a reply that follows these bubbles, where there is a guard. */
  watch(before: string[]): { maySay?: (id: number) => boolean };
}

/**
 * One reply: what was said becomes a prompt, the engine draws candidates of what comes next, each of their bubbles is held
 * against the filters, and one candidate is said.
 */
async function* reply(mind: Mind, memory: Memory, options: ReplyOptions): AsyncGenerator<PersonaEvent> {
  const draws = await drawsFor(mind, memory, options);
  const outcome = yield* sayOne(draws);
  const drawnBy = describeDraws(draws);
  yield { type: "reply-end", outcome, promptTokens: draws.prompt.length, drawnBy };
}

async function* replies(mind: Mind, memory: Memory, options: RepliesOptions): AsyncGenerator<PersonaEventOf> {
  const draws = await drawsFor(mind, memory, options);
  const seeds = options.seeds.map((seed) => seed % seedCount);
  const outcome = yield* drawEach({ ...draws, seeds });
  yield { type: "reply-end", outcome, promptTokens: draws.prompt.length };
}

/** What the next reply is drawn from, and what each of its bubbles is held against. */
async function drawsFor(mind: Mind, memory: Memory, options: ReplyOptions): Promise<Draws> {
  const { engine, labels, watch } = mind;
  const { signal = neverAborted, seed = Math.floor(Math.random() * seedCount) } = options;
  const settings = { ...mind.settings, ...options.drawing };
  forgetResting(memory, settings.restingWords);
  const script = scriptFor(mind, options);
  const note = await mind.noteAsHeard();
  // What is heard from here on is not answered yet.
  const { prompt, maxTokens } = promptFor({ ...mind, script }, { memory, note, asked: settings.maxTokens });
  memory.beginAnswer();

  const { turns } = memory;
  const own = turns.filter(({ isPersona }) => isPersona).map(({ bubbles }) => bubbles);
  const before = own.slice(-rememberedTurns).flat();
  const speakers = turns.map((turn) => turn.speaker);
  const { mayLink = true } = options;
  const filter = filterFor({ labels: [...labels, ...speakers], ...settings, mayLink });

  return {
    engine,
    prompt,
    drawing: { ...settings, conversation: memory.id, maxTokens, signal },
    seeds: Array.from({ length: settings.candidates }, (_, index) => (seed + index) % seedCount),
    ranking: settings.ranking,
    newReading: () => ({ reader: script.readReply(), filter, before, ...watch(own.at(-1) ?? []) }),
    promptAlone: script.prompt([]),
  };
}

function scriptFor({ script }: Mind, { systemPrompt }: ReplyOptions): Script {
  return systemPrompt === undefined ? script : (script.withSystemPrompt?.(systemPrompt) ?? script);
}

/** The prompt, and how many tokens its reply may have, where so many are asked for. */
function promptFor(
  { engine, script }: Pick<Mind, "engine" | "script">,
  { memory, note, asked }: { memory: Memory; note: string | undefined; asked: number },
): { prompt: number[]; maxTokens: number } {
  const maxTokens = Math.min(asked, engine.contextLength >> 1);
  const room = engine.contextLength - maxTokens - 1;
  return { prompt: promptWithin(room, memory, script, note), maxTokens };
}

async function weigh(
  mind: Mind,
  memory: Memory,
  { bubbles, likeliest }: { bubbles: string[]; likeliest: number },
  options: ReadOptions = {},
): Promise<WeighedId[] | undefined> {
  const { engine, script, settings } = mind;
  const note = await mind.noteAsHeard();
  const { prompt, maxTokens } = promptFor(mind, { memory, note, asked: settings.maxTokens });
  const reply = script.idsOfReply(bubbles).slice(0, maxTokens);
  return engine.weigh(prompt, reply, likeliest, { conversation: memory.id, ...options });
}

function describeDraws({ drawing: { temperature, topP, minP }, ranking, seeds }: Draws): string {
  const choice = ranking === "first" ? "the first that may be said" : `the ${ranking} one`;
  return `temperature ${temperature}, top-p ${topP}, min-p ${minP}; ${choice} of at most ${seeds.length}`;
}

const seedCount = 2 ** 32;
/** Turns of its own that a persona does not say again. */
const rememberedTurns = 5;
