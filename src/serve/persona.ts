import path from "node:path";
import { UserError } from "../errors.ts";
import type { Guard } from "../guard/index.ts";
import {
  type Rendering,
  type RunRecord,
  readRunManifest,
  runDirectory,
  type Turn,
} from "../handoffs/index.ts";
import { loadTokenizer, type Tokenizer } from "../tokenizer/index.ts";
import { createTranscript, neutralLabel, type ReplyEvent, type Transcript } from "../transcript/index.ts";
import type { Workspace } from "../workspace.ts";
import { type Engine, type GenerateOptions, openLlamaEngine } from "./engines/index.ts";
import { type DrawSettings, dropOldestThird } from "./replies/index.ts";

/** A model that answers as a person. */
export interface Persona {
  readonly name: string;
  /** Which model it is, for people who ask. */
  readonly about: string;
  /** The label of somebody: the name that training knows, else a neutral one that it has seen too. */
  labelOf(name: string | undefined): string;
  /** What the persona says next, as it is generated. */
  reply(turns: Turn[], options: ReplyOptions): AsyncGenerator<ReplyEvent>;
  close(): Promise<void>;
}

interface ReplyOptions {
  /** Names the conversation, so that its evaluated prefix is found again. */
  conversation: string;
  signal?: AbortSignal;
  seed?: number;
}

/** The files that make a persona. */
export interface PersonaFiles {
  name: string;
  about: string;
  gguf: string;
  tokenizerDirectory: string;
  /** sha256 of the `tokenizer.json` that training used. */
  tokenizerSha256?: string;
  rendering: Rendering;
  speakers: string[];
}

const neverAborted = new AbortController().signal;

/** The files of a finished run. */
export async function personaOfRun(workspace: Workspace, run: RunRecord): Promise<PersonaFiles> {
  const manifest = await readRunManifest(workspace, run.id);
  const directory = runDirectory(workspace, run.id);
  return {
    name: run.persona,
    // Friends read this: where the owner's folders lie is nothing for them.
    about: `run ${run.id}, trained on ${path.isAbsolute(run.base.name) ? path.basename(run.base.name) : run.base.name}`,
    gguf: path.join(directory, "model.gguf"),
    tokenizerDirectory: path.join(directory, "model"),
    tokenizerSha256: manifest.tokenizer.sha256,
    rendering: run.rendering,
    speakers: manifest.speakers,
  };
}

/** @param guard Keeps replies from repeating what was learned from; without one, they may. */
export async function openPersona(
  files: PersonaFiles,
  settings: DrawSettings,
  guard?: Guard,
): Promise<Persona> {
  const tokenizer = await loadTokenizer(files.tokenizerDirectory);
  if (files.tokenizerSha256 !== undefined && tokenizer.sha256 !== files.tokenizerSha256) {
    throw new UserError(
      `The tokeniser in ${files.tokenizerDirectory} is not the one that the model was trained with.`,
      {
        fix: "Restore the run's folder, or train again.",
      },
    );
  }
  const transcript = createTranscript({ tokenizer, rendering: files.rendering, persona: files.name });
  const engine = await openLlamaEngine(files.gguf);
  const known = new Set(files.speakers);

  return {
    name: files.name,
    about: files.about,
    labelOf: (name) => (name !== undefined && known.has(name) ? name : neutralLabel),
    reply: (turns, options) =>
      reply(engine, transcript, turns, { ...settings, ...options, ...watchWith(guard, turns, tokenizer) }),
    close: () => engine.close(),
  };
}

function watchWith(
  guard: Guard | undefined,
  turns: Turn[],
  { bytesOf }: Tokenizer,
): Pick<GenerateOptions, "maySay"> {
  if (guard === undefined) return {};
  const before = turns.findLast(({ isPersona }) => isPersona)?.bubbles ?? [];
  const watch = guard.watch(before, bytesOf);
  return { maySay: (id) => watch.read(id) };
}

async function* reply(
  engine: Engine,
  transcript: Transcript,
  turns: Turn[],
  options: DrawSettings & ReplyOptions & Pick<GenerateOptions, "maySay">,
): AsyncGenerator<ReplyEvent> {
  const { signal = neverAborted, seed = Math.floor(Math.random() * 2 ** 32), maxTokens } = options;
  const prompt = fittingPrompt(transcript, turns, engine.contextLength - maxTokens - 1);
  const reader = transcript.readReply();
  for await (const id of engine.generate(prompt, { ...options, signal, seed })) {
    for (const event of reader.push(id)) {
      yield event;
      if (event.type === "turn-end") return;
    }
  }
  yield* reader.end();
}

/** The prompt of as many turns as fit; of a single turn that does not fit, the end. */
function fittingPrompt(transcript: Transcript, turns: Turn[], room: number): number[] {
  let kept = turns;
  let prompt = transcript.prompt(kept);
  while (prompt.length > room && kept.length > 0) {
    kept = kept.length > 1 ? dropOldestThird(kept) : shorten(kept[0] as Turn);
    prompt = transcript.prompt(kept);
  }
  return prompt;
}

function shorten({ bubbles, ...turn }: Turn): Turn[] {
  const [first = "", ...others] = bubbles;
  if (others.length > 0) return [{ ...turn, bubbles: others }];
  // Halving by code points never leaves half a character.
  const characters = [...first];
  return characters.length > 1
    ? [{ ...turn, bubbles: [characters.slice(characters.length >> 1).join("")] }]
    : [];
}
