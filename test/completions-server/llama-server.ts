import { drawIds, type Step } from "./drawing.ts";
import type { Settings } from "./index.ts";

/** The body of a request for completions. */
export interface Asked extends Record<string, unknown> {
  prompt: number[];
  stream?: boolean;
}

/**
 * What llama.cpp's `tools/server/README.md` (v0.5.0) lists as options of `POST /completion`. A request with another one is
 * refused here, where llama-server would pass over it: so a field that is misspelled or invented is found.
 */
const options = new Set(
  `prompt temperature dynatemp_range dynatemp_exponent top_k top_p min_p n_predict n_indent n_keep n_cmpl n_cache_reuse
  stream stop typical_p repeat_penalty repeat_last_n presence_penalty frequency_penalty dry_multiplier dry_base
  dry_allowed_length dry_penalty_last_n dry_sequence_breakers xtc_probability xtc_threshold mirostat mirostat_tau
  mirostat_eta grammar json_schema seed ignore_eos logit_bias n_probs min_keep t_max_predict_ms id_slot cache_prompt
  return_tokens samplers timings_per_token return_progress sse_ping_interval post_sampling_probs response_fields lora`.split(
    /\s+/,
  ),
);

/** The samplers that the same page names. */
const samplers = new Set(["dry", "top_k", "typ_p", "top_p", "min_p", "xtc", "temperature"]);

/**
 * llama-server as that page describes it. Events carry `index`, `content`, `tokens` and `stop`, and with `n_probs` also
 * `completion_probabilities` (`id`, `token`, `bytes`, `logprob`, `top_logprobs`); as in its `server-context.cpp`, an id whose
 * text ends within a character has no event of its own, and the next event says the text of both.
 */
export function llamaServerAnswers({
  tokenizer,
  model,
  context = 2048,
  slots = 4,
  vocabulary = tokenizer.vocabularySize,
  models = ["model.gguf"],
  tokenize = (text) => tokenizer.encode(text),
  givesIds = true,
  isEndless = false,
}: Settings) {
  const textOf = (ids: number[]) => Buffer.concat(ids.map((id) => tokenizer.bytesOf(id))).toString();

  function* eventsOf(body: Asked, index: number): Generator<object> {
    let unsent: number[] = [];
    for (const step of stepsOf(body, index)) {
      unsent.push(step.id);
      if (textOf(unsent).endsWith("\ufffd")) continue;
      const content = textOf(unsent);
      unsent = [];
      yield {
        index,
        content,
        tokens: givesIds ? [step.id] : [],
        stop: false,
        ...probabilitiesOf(body, [step]),
      };
    }
    yield { index, content: "", tokens: [], stop: true, stop_type: "limit" };
  }

  function* stepsOf(
    { prompt, stream, n_predict, seed = 0, temperature, logit_bias = [] }: Asked,
    index: number,
  ) {
    const bias = new Map(
      (logit_bias as [number, number | false][]).map(([id, by]) => [id, by === false ? -1e9 : by]),
    );
    const drawing = {
      count: isEndless && stream ? Number.POSITIVE_INFINITY : (n_predict as number),
      seed: (seed as number) + index,
      temperature: temperature as number,
    };
    yield* drawIds(model, prompt, { ...drawing, bias });
  }

  function probabilitiesOf({ n_probs = 0 }: Asked, steps: Step[]): object {
    if (n_probs === 0) return {};
    const told = ([id, logprob]: [number, number]) => ({ id, token: textOf([id]), bytes: [], logprob });
    const each = steps.map(({ id, logProbability, top }) => ({
      ...told([id, logProbability]),
      top_logprobs: top.slice(0, n_probs as number).map(told),
    }));
    return { completion_probabilities: each };
  }

  return {
    path: "/completion",
    ending: "",
    tell(url: string, body: Asked | undefined): unknown {
      if (url === "/v1/models")
        return {
          object: "list",
          data: models.map((id) => ({
            id,
            owned_by: "llamacpp",
            meta: { n_vocab: vocabulary, n_ctx_train: 2048 },
          })),
        };
      if (url === "/props") return { default_generation_settings: { n_ctx: context }, total_slots: slots };
      if (url !== "/tokenize" || body === undefined) return undefined;
      return { tokens: tokenize(body.content as string) };
    },
    mistakeIn(body: Asked): string | undefined {
      const unknown = Object.keys(body).find((name) => !options.has(name));
      if (unknown !== undefined) return `no such option: ${unknown}`;
      if (((body.n_cmpl as number) ?? 1) > slots) return "n_cmpl is more than there are slots";
      const sampler = ((body.samplers as string[]) ?? []).find((name) => !samplers.has(name));
      return sampler && `no such sampler: ${sampler}`;
    },
    *events(body: Asked): Generator<object> {
      const running = Array.from({ length: (body.n_cmpl as number) ?? 1 }, (_, index) =>
        eventsOf(body, index),
      );
      while (running.length > 0) {
        for (const events of [...running]) {
          const { value, done } = events.next();
          if (done) running.splice(running.indexOf(events), 1);
          else yield value;
        }
      }
    },
    whole(body: Asked): unknown {
      const steps = [...stepsOf(body, 0)];
      const ids = steps.map(({ id }) => id);
      const tokens = givesIds && body.return_tokens === true ? ids : [];
      return { index: 0, content: textOf(ids), tokens, stop: true, ...probabilitiesOf(body, steps) };
    },
  };
}
