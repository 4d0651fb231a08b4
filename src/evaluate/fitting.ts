/** Whether replies are about what they answer, judged by a model that neither wrote them nor is related to one that did. */
import type { Fitting, Interval } from "../handoffs/index.ts";
import type { Embedder } from "./embedder.ts";
import { intervalOf } from "./paired.ts";
import type { Reply } from "./replies.ts";

/** Replies of each source that are looked at: more make no interval narrower that matters. */
const most = 300;

/** Turns of the context: what is answered, and what that answered. */
const turnsOfContext = 2;

/**
 * How often a reply is closer to its own context than to one of another conversation, by the cosine of their embeddings:
 * the area under the curve, 50 % for replies that have nothing to do with what they answer. The same for real replies,
 * without which the figure says little: a real reply often changes the subject.
 */
export async function judgeFitting(replies: Reply[], embedder: Embedder): Promise<Fitting> {
  const embed = embedOnce(embedder);
  const figure = async (source: Reply["source"]) =>
    closeness(
      replies.filter((reply) => reply.source === source && wordsOf(reply) !== "").slice(0, most),
      embed,
    );
  const [real, run, served, base] = [
    await figure("real"),
    await figure("run"),
    await figure("served"),
    await figure("base"),
  ];
  if (real === undefined || run === undefined || served === undefined || base === undefined)
    return { skipped: "it needs replies in at least eight held-out conversations" };
  return { judge: embedder.name, real, run, served, base };
}

/** Embeds no text a second time: all sources answer the same contexts. */
function embedOnce(embedder: Embedder): Embedder["embed"] {
  const known = new Map<string, number[]>();
  return async (texts) => {
    const unknown = [...new Set(texts)].filter((text) => !known.has(text));
    const vectors = await embedder.embed(unknown);
    for (const [index, text] of unknown.entries()) known.set(text, vectors[index] as number[]);
    return texts.map((text) => known.get(text) as number[]);
  };
}

async function closeness(replies: Reply[], embed: Embedder["embed"]): Promise<Interval | undefined> {
  const answers = await embed(replies.map(wordsOf));
  const contexts = await embed(replies.map(contextOf));
  const rows = new Map<number, number[]>();
  for (const [index, { conversation }] of replies.entries()) {
    const answer = answers[index] as number[];
    const own = product(answer, contexts[index] as number[]);
    const others = contexts.filter((_, other) => replies[other]?.conversation !== conversation);
    const [sum = 0, count = 0] = rows.get(conversation) ?? [];
    if (others.length > 0) rows.set(conversation, [sum + shareBelow(own, answer, others), count + 1]);
  }
  return intervalOf({ shards: "", rows, figure: ([sum = 0, count = 0]) => sum / count });
}

/** The share of the others that are further from the answer than `own` says; as near counts half. */
function shareBelow(own: number, answer: number[], others: number[][]): number {
  const points = others.map((other) => {
    const closeness = product(answer, other);
    return closeness < own ? 1 : closeness === own ? 0.5 : 0;
  });
  return points.reduce((sum: number, point) => sum + point, 0) / others.length;
}

function product(one: number[], other: number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

function wordsOf({ bubbles }: Reply): string {
  return bubbles.join("\n").trim();
}

function contextOf({ context }: Reply): string {
  return context
    .slice(-turnsOfContext)
    .flatMap(({ bubbles }) => bubbles)
    .join("\n");
}
