import {
  getLlama,
  type Llama,
  type LlamaContextSequence,
  LlamaLogLevel,
  type Token,
  TokenBias,
} from "node-llama-cpp";
import type { Continuation, Engine, GenerateOptions } from "../engine.ts";
import { keepCommonPrefix } from "./prefix.ts";
import { readIn, scoreIn } from "./score.ts";
import { Slots } from "./slots.ts";

/** Conversations whose evaluated prefix is kept; each costs one context's worth of memory. */
const defaultConversations = 4;

/** Chats are short: a longer context costs memory for each conversation and is seldom filled. */
const maxContext = 2048;

/** llama.cpp in this process, on the GPU where there is one. Nothing is compiled or downloaded. */
export async function openLlamaEngine(
  file: string,
  { conversations = defaultConversations, gpu = "auto" as "auto" | false } = {},
): Promise<Engine> {
  const llama = await openLlama(gpu);
  const model = await llama.loadModel({ modelPath: file });
  const contextLength = Math.min(model.trainContextSize ?? maxContext, maxContext);
  const context = await model.createContext({
    contextSize: contextLength,
    sequences: conversations,
    // The default is at least 4: on two cores its threads wait for each other (measured: 3.7 tokens a second, not 55).
    threads: llama.cpuMathCores,
  });
  const sequences = Array.from({ length: conversations }, () => context.getSequence());
  const slots = new Slots(sequences);

  /** Gives a conversation's sequence to `use`; without a conversation, whichever was idle longest. */
  async function inSequence<T>(
    conversation: string | undefined,
    use: (sequence: LlamaContextSequence) => Promise<T>,
  ): Promise<T> {
    const slot = await slots.take(conversation);
    try {
      return await use(slot.resource);
    } finally {
      slot.release();
    }
  }

  const engine: Engine = {
    contextLength,
    about: describe(llama),
    async *generate(prompt, options) {
      const slot = await slots.take(options.conversation);
      try {
        yield* continueIn(slot.resource, prompt as Token[], options);
      } finally {
        slot.release();
      }
    },
    async generateSeveral(prompt, { seeds, isOver, maySay, ...options }) {
      const continuations: Continuation[] = [];
      for (const [index, seed] of seeds.entries()) {
        const watched = maySay && { maySay: (id: number) => maySay(id, index) };
        const ids: number[] = [];
        for await (const id of engine.generate(prompt, { ...options, seed, ...watched })) {
          ids.push(id);
          if (isOver(ids)) break;
        }
        const logProbabilities = await engine.score(prompt, ids, options);
        continuations.push({ ids, logProbabilities });
      }
      return continuations;
    },
    score: (prompt, continuation, { conversation } = {}) =>
      inSequence(conversation, (sequence) => scoreIn(sequence, prompt as Token[], continuation as Token[])),
    nextProbabilities: (prompt, ids, { conversation } = {}) =>
      inSequence(conversation, async (sequence) => {
        const [next] = await readIn(sequence, prompt as Token[], [ids as Token[]]);
        return next?.map(Math.exp);
      }),
    forget: (conversation) => slots.forget(conversation),
    async close() {
      await context.dispose();
      await model.dispose();
      await llama.dispose();
    },
  };
  return engine;
}

/** The back end that replies are computed with on this machine. */
export async function describeEngine(): Promise<string> {
  const llama = await openLlama("auto");
  const about = describe(llama);
  await llama.dispose();
  return about;
}

function describe({ gpu, cpuMathCores }: Llama): string {
  return `llama.cpp on ${gpu === false ? `CPU, ${cpuMathCores} threads` : gpu}`;
}

function openLlama(gpu: "auto" | false): Promise<Llama> {
  return getLlama({
    gpu,
    build: "never",
    skipDownload: true,
    logLevel: LlamaLogLevel.error,
    progressLogs: false,
  });
}

/** Ids that one reply may draw in vain: each costs as much as another that is said. */
const maxTakenBack = 24;

/** Ids that a draw is made from before `topP` cuts it: sorting all 50,257 costs 13 ms a token, these under 1 ms. */
const likeliest = 200;

async function* continueIn(
  sequence: LlamaContextSequence,
  prompt: Token[],
  { temperature, topP, minP, seed, maxTokens, signal, maySay = () => true }: GenerateOptions,
): AsyncGenerator<number> {
  const known = await keepCommonPrefix(sequence, prompt);
  let barred = TokenBias.for(sequence.model);
  const ids = sequence.evaluate(prompt.slice(known), {
    temperature,
    topP,
    topK: likeliest,
    minP,
    seed,
    tokenBias: () => barred,
    yieldEogToken: true,
  });
  try {
    let generated = 0;
    let takenBack = 0;
    let drawn = await ids.next();
    while (!drawn.done && !signal.aborted) {
      const id = drawn.value;
      if (maySay(id)) {
        yield id;
        if (++generated >= maxTokens) return;
        barred = TokenBias.for(sequence.model);
        drawn = await ids.next();
      } else {
        if (++takenBack > maxTakenBack) return;
        barred.set(id, "never");
        drawn = await ids.next(await takeLast(sequence));
      }
    }
  } finally {
    await ids.return();
  }
}

/** Takes the last evaluated id out of the context, to be evaluated again: what follows it is drawn anew. */
async function takeLast(sequence: LlamaContextSequence): Promise<Token> {
  const end = sequence.nextTokenIndex;
  const last = sequence.contextTokens[end - 1] as Token;
  await sequence.eraseContextTokenRanges([{ start: end - 1, end }]);
  return last;
}
