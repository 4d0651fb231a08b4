import * as z from "zod";
import { UserError } from "../../../errors.ts";
import { printable } from "../../../printable.ts";
import type { Tokenizer } from "../../../tokenizer/index.ts";
import type { Dialect } from "./dialect.ts";
import { LlamaServerProps, llamaServer } from "./llama-server.ts";
import { askFor, noCompletions, readAs, type Server } from "./requests.ts";
import { vllm } from "./vllm.ts";

/** What `GET /v1/models` lists; llama-server tells the vocabulary, vLLM the context. */
const Models = z.object({
  data: z
    .array(
      z.object({
        id: z.string(),
        max_model_len: z.int().nullish(),
        meta: z.object({ n_vocab: z.int(), n_ctx_train: z.int() }).partial().nullish(),
      }),
    )
    .min(1),
});
type Model = z.infer<typeof Models>["data"][number];

/** A server that knows its model but not how long its context is gets prompts of this length. */
const usualContext = 1024;

/** Ids without which not even one message and its answer fit. */
const leastContext = 256;

/** Asks a server what it is and which model it serves. */
export async function findDialect(server: Server, wanted: string | undefined): Promise<[Dialect, Model]> {
  const listed = Models.safeParse(await askFor(server, { path: "/v1/models" }));
  if (!listed.success) throw noCompletions(server, listed.error);
  const model = chooseModel(server, listed.data.data, wanted);
  const props = LlamaServerProps.safeParse(await askFor(server, { path: "/props" }));
  const dialect = props.success
    ? llamaServer(model.id, props.data)
    : vllm(model.id, model.max_model_len ?? usualContext);
  return [dialect, model];
}

function chooseModel({ address }: Server, models: Model[], wanted: string | undefined): Model {
  const names = models.map(({ id }) => printable(id)).join(", ");
  const found = wanted === undefined ? models : models.filter(({ id }) => id === wanted);
  if (found.length === 1) return found[0] as Model;
  throw new UserError(
    wanted === undefined
      ? `The server at ${address} serves several models: ${names}.`
      : `The server at ${address} serves no model called ${printable(wanted)}, only ${names}.`,
    { fix: "Choose one (reply.serverModel in persona.json)." },
  );
}

/** Several scripts, a number, line ends and an emoji: vocabularies differ in what they make of it. */
const probe = "Hey, can't: 2024 \n\nüber-früh, на 日本語 🙂…";

/** @throws {UserError} where the server's model cannot read and write the ids of this tokeniser. */
export async function checkTokenizer(
  server: Server,
  dialect: Dialect,
  { meta }: Model,
  tokenizer: Tokenizer,
): Promise<void> {
  const { vocabularySize } = tokenizer;
  if (meta?.n_vocab !== undefined && meta.n_vocab < vocabularySize) {
    throw wrongModel(server, `it knows ${meta.n_vocab} ids, and the run has ${vocabularySize}`);
  }
  const answer = await askFor(server, { path: "/tokenize", body: dialect.bodyOfTokenize(probe) });
  const told = Tokens.safeParse(answer);
  if (!told.success) return;
  const isSame = JSON.stringify(told.data.tokens) === JSON.stringify(tokenizer.encode(probe));
  if (!isSame) throw wrongModel(server, "it writes the same text in other ids");
}

const Tokens = z.object({ tokens: z.array(z.int()) });

function wrongModel({ address }: Server, why: string): UserError {
  return new UserError(`The server at ${address} serves another model than this run: ${why}.`, {
    fix: "Start it with the run's own model (model.gguf for llama-server, the folder model for vLLM), or choose the run that it serves.",
  });
}

/** @throws {UserError} where hardly a message would fit. */
export function checkContext({ address }: Server, { contextLength }: Dialect): void {
  if (contextLength >= leastContext) return;
  throw new UserError(`The server at ${address} has room for ${contextLength} ids in a conversation.`, {
    fix: `Give it at least ${leastContext}: the context size of llama-server is shared by its parallel slots; vLLM calls it the maximum model length.`,
  });
}

/** @throws {UserError} where a server gives back words and no ids. */
export async function checkIds(server: Server, dialect: Dialect, prompt: number[]): Promise<void> {
  const answer = await askFor(server, { path: dialect.path, body: dialect.bodyOfNext(prompt) });
  if (answer === undefined) throw noCompletions(server);
  const parts = readAs(server, () => dialect.partsOf(answer));
  if (parts.some(({ ids }) => ids.length > 0)) return;
  throw new UserError(`The server at ${server.address} gives back words, but not which ids were drawn.`, {
    fix: "Use llama-server, or vLLM 0.10.2 or later: words encoded again are not always the ids that were drawn.",
  });
}
