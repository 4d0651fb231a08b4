import type { GenerateOptions } from "../../engines/index.ts";
import type { Model } from "../../persona.ts";
import { seedFor } from "../sampling.ts";
import { type TextPart, Writer } from "./writer.ts";

interface DrawRequest {
  ids: number[];
  conversation: string;
  signal: AbortSignal;
  maxTokens: number;
  count: number;
  seed: number | null | undefined;
  temperature: number;
  topP: number;
  minP: number;
  stops: string[];
  /** How many of the likeliest ids are told with each; undefined where nobody asks how likely anything is. */
  likeliest: number | undefined;
}

/** Continues a prompt, in the parts that can be shown. */
export async function* drawParts(model: Model, asked: DrawRequest): AsyncGenerator<TextPart> {
  const { engine, tokenizer } = model;
  const { stops, ids } = asked;
  const maxTokens = Math.min(asked.maxTokens, engine.contextLength - ids.length);
  const writers = Array.from(
    { length: asked.count },
    (_, index) => new Writer({ index, maxTokens, stops, tokenizer }),
  );
  const drawing = { ...asked, maxTokens, mayRepeat: true };
  const [only] = writers;
  const isPlain = asked.count === 1 && asked.likeliest === undefined && only !== undefined;
  yield* isPlain ? drawOne(model, drawing, only) : drawSeveral(model, drawing, writers);
  asked.signal.throwIfAborted();
  // An engine ends before the limit where its context is full, or where the guard refused all that it drew.
  for (const writer of writers) if (!writer.isOver) yield writer.end(isFull() ? "length" : "content_filter");

  function isFull(): boolean {
    const longest = Math.max(...writers.map(({ drawn }) => drawn));
    return ids.length + longest >= engine.contextLength - 1 || model.watch().maySay === undefined;
  }
}

type Drawing = DrawRequest & Pick<GenerateOptions, "mayRepeat">;

async function* drawOne(model: Model, asked: Drawing, writer: Writer): AsyncGenerator<TextPart> {
  const drawing = { ...asked, seed: seedFor(asked.seed, 0), ...model.watch() };
  for await (const id of model.engine.generate(asked.ids, drawing)) {
    yield* writer.push({ id, logProbability: undefined, likeliest: [] });
    if (writer.isOver) return;
  }
}

/** All are drawn together, and told as they come. */
async function* drawSeveral(model: Model, asked: Drawing, writers: Writer[]): AsyncGenerator<TextPart> {
  const { likeliest = 0, count, ...drawing } = asked;
  const watches = writers.map(() => model.watch());
  const seeds = Array.from({ length: count }, (_, index) => seedFor(asked.seed, index));
  const parts = new ReadableStream<TextPart>({
    start(controller) {
      model.engine
        .generateSeveral(asked.ids, {
          ...drawing,
          seeds,
          likeliest,
          ...(watches[0]?.maySay && { maySay: (id, index) => watches[index]?.maySay?.(id) ?? true }),
          onDrawn(drawn, index) {
            for (const part of writers[index]?.push(drawn) ?? []) controller.enqueue(part);
          },
          isOver: (_, index) => writers[index]?.isOver ?? true,
        })
        .then(
          () => controller.close(),
          (error: unknown) => controller.error(error),
        );
    },
  });
  for await (const part of parts) yield part;
}
