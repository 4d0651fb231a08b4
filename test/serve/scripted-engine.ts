import type { Turn } from "../../src/handoffs/index.ts";
import type { Continuation, Engine, WeighedId } from "../../src/serve/engines/index.ts";
import { type Persona, type PersonaEvent, personaOf } from "../../src/serve/persona.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../../src/tokenizer/tokenizer.ts";
import { memoryOf } from "./memory-of.ts";

/** What the engine draws with a seed: ids, for as long as it is asked. */
export type Script = (seed: number, prompt: number[]) => Iterable<number>;

export const tokenizer = await loadTokenizer(builtInTokenizerDirectory);
/** Ends a turn in the plain rendering, and a bubble. */
export const [turnEnd, newline] = [
  tokenizer.encode("\n\n")[0] as number,
  tokenizer.encode("\n")[0] as number,
];

/** Ids of a whole reply: its bubbles, and the end of the turn. */
export function idsOf(...bubbles: string[]): number[] {
  const ids = bubbles.flatMap((bubble, index) => [...(index > 0 ? [newline] : []), ...encode(bubble)]);
  return [...ids, turnEnd];
}

/** Letter by letter, so that a typed special token is text as people type it. */
function encode(text: string): number[] {
  return [...text].flatMap((character) => tokenizer.encode(character));
}

export function textOf(ids: number[]): string {
  return Buffer.concat(ids.map((id) => tokenizer.bytesOf(id))).toString("utf8");
}

/** Log-probabilities of ids, where something was said before and where nothing was. */
interface Likelihoods {
  inContext(id: number): number;
  alone(id: number): number;
}

/** An engine that draws what a test has written down, without a model. */
export class ScriptedEngine implements Engine {
  readonly contextLength: number;
  readonly about = "a script";
  /** Seeds and prompts that it was asked with, and how many ids it gave. */
  readonly seeds: number[] = [];
  readonly prompts: number[][] = [];
  given = 0;
  readonly #script: Script;
  readonly #likelihoods: Likelihoods | undefined;

  constructor(
    script: Script,
    { contextLength = 1024, likelihoods = undefined as Likelihoods | undefined } = {},
  ) {
    this.#script = script;
    this.#likelihoods = likelihoods;
    this.contextLength = contextLength;
  }

  async *generate(
    prompt: number[],
    { seed, signal, maySay = () => true }: Parameters<Engine["generate"]>[1],
  ): AsyncGenerator<number> {
    this.seeds.push(seed);
    this.prompts.push(prompt);
    for await (const id of this.draw(seed, prompt)) {
      if (signal.aborted || !maySay(id)) return;
      this.given++;
      yield id;
    }
  }

  async generateSeveral(
    prompt: number[],
    { seeds, isOver, maxTokens, signal, onDrawn }: Parameters<Engine["generateSeveral"]>[1],
  ): Promise<Continuation[]> {
    this.seeds.push(...seeds);
    this.prompts.push(prompt);
    const continuations = seeds.map(async (seed, index) => {
      const ids: number[] = [];
      for await (const id of this.draw(seed, prompt)) {
        if (signal.aborted) break;
        ids.push(id);
        onDrawn?.({ id, logProbability: this.#likelihoods?.inContext(id), likeliest: [] }, index);
        if (isOver(ids, index) || ids.length >= maxTokens) break;
      }
      return { ids, logProbabilities: this.#likelihoods && ids.map(this.#likelihoods.inContext) };
    });
    return Promise.all(continuations);
  }

  /** What is drawn with a seed. */
  protected async *draw(seed: number, prompt: number[]): AsyncGenerator<number> {
    yield* this.#script(seed, prompt);
  }

  async score(_: number[], continuation: number[]): Promise<number[] | undefined> {
    return this.#likelihoods && continuation.map(this.#likelihoods.alone);
  }

  async weigh(prompt: number[], continuation: number[], likeliest: number): Promise<WeighedId[] | undefined> {
    const scores = await this.score(prompt, continuation);
    return scores?.map((logProbability, index) => {
      const id = continuation[index] as number;
      return { id, logProbability, likeliest: likeliest > 0 ? [[id, logProbability]] : [] };
    });
  }

  async nextProbabilities(): Promise<undefined> {}
  forget(): void {}
  async close(): Promise<void> {}
}

export function personaWith(
  engine: Engine,
  settings: Parameters<typeof personaOf>[1]["settings"] = {},
  guard?: Parameters<typeof personaOf>[1]["guard"],
): Persona {
  const files = { name: "Ana Lima", about: "a test", rendering: "plain" as const, speakers: ["Ben Ito"] };
  return personaOf(engine, { files, settings, tokenizer, guard });
}

export function turn(speaker: string, ...bubbles: string[]): Turn {
  return { speaker, isPersona: speaker === "Ana Lima", bubbles };
}

/** Everything that a reply tells. */
export async function eventsOf(
  persona: Persona,
  turns: Turn[] = [turn("Ben Ito", "hi")],
  options: Partial<Parameters<Persona["reply"]>[1]> = {},
): Promise<PersonaEvent[]> {
  const events: PersonaEvent[] = [];
  for await (const event of persona.reply(memoryOf(turns, "a"), { seed: 0, ...options })) events.push(event);
  return events;
}

export function saidIn(events: PersonaEvent[]): string[] {
  return events.flatMap((event) => (event.type === "bubble-end" ? [event.bubble] : []));
}

export function outcomeIn(events: PersonaEvent[]) {
  const last = events.at(-1);
  if (last?.type !== "reply-end") throw new Error("a reply has no end");
  return last.outcome;
}

/** What stands on a screen that shows parts as they come, and takes back what it is told to. */
export function shownOn(events: PersonaEvent[]): string[] {
  const lines: string[] = [""];
  for (const event of events) {
    if (event.type === "bubble-delta") lines[lines.length - 1] += event.text;
    if (event.type === "taken-back") lines[lines.length - 1] = "";
    if (event.type === "bubble-end") lines.push("");
  }
  return lines.filter((line) => line !== "");
}
