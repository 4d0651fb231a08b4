import { drawIds, type Step } from "./drawing.ts";
import type { Settings } from "./index.ts";
import type { Asked } from "./llama-server.ts";

/** Fields of vLLM's `CompletionRequest` (`vllm/entrypoints/openai/completion/protocol.py`) that persona may use. */
const fields = new Set(
  `model prompt max_tokens n stream temperature top_k top_p min_p seed logit_bias logprobs prompt_logprobs
  add_special_tokens return_tokens_as_token_ids return_token_ids`.split(/\s+/),
);

/**
 * vLLM's `/v1/completions`: choices with `index`, `text`, `token_ids` where `return_token_ids` asks for them, `logprobs`
 * (`token_logprobs`, `top_logprobs` by `token_id:N`), and `prompt_logprobs` by id, the first of which is null.
 */
export function vllmAnswers({
  tokenizer,
  model,
  context = 2048,
  models = ["ana"],
  tokenize = (text) => tokenizer.encode(text),
  givesIds = true,
  isEndless = false,
}: Settings) {
  function* stepsOf(
    { prompt, stream, max_tokens, seed = 0, temperature, logit_bias = {} }: Asked,
    index: number,
  ) {
    const bias = new Map(
      Object.entries(logit_bias as Record<string, number>).map(([id, by]) => [Number(id), by]),
    );
    const drawing = {
      count: isEndless && stream ? Number.POSITIVE_INFINITY : (max_tokens as number),
      seed: (seed as number) + index,
      temperature: temperature as number,
    };
    yield* drawIds(model, prompt, { ...drawing, bias });
  }

  function choiceOf(body: Asked, index: number, steps: Step[]): object {
    const ids = steps.map(({ id }) => id);
    const named = steps.map(({ top }) =>
      Object.fromEntries(
        top.slice(0, (body.logprobs as number) ?? 0).map(([id, value]) => [`token_id:${id}`, value]),
      ),
    );
    const logprobs = {
      token_logprobs: steps.map(({ logProbability }) => logProbability),
      top_logprobs: named,
    };
    return {
      index,
      text: tokenizer.decode(ids),
      logprobs: body.logprobs === undefined ? null : logprobs,
      ...(givesIds && body.return_token_ids === true && { token_ids: ids }),
      ...(body.prompt_logprobs !== undefined && { prompt_logprobs: promptLogprobs(body.prompt) }),
    };
  }

  function promptLogprobs(prompt: number[]): unknown[] {
    return prompt.map((id, index) => {
      if (index === 0) return null;
      const known = model(prompt.slice(0, index)).find(([each]) => each === id);
      return { [id]: { logprob: Math.log(known?.[1] ?? 1e-9), rank: 1, decoded_token: "" } };
    });
  }

  return {
    path: "/v1/completions",
    ending: "data: [DONE]\n\n",
    tell(url: string, body: Asked | undefined): unknown {
      if (url === "/v1/models")
        return {
          object: "list",
          data: models.map((id) => ({ id, owned_by: "vllm", max_model_len: context })),
        };
      if (url !== "/tokenize" || body === undefined) return undefined;
      const tokens = tokenize(body.prompt as unknown as string);
      return { count: tokens.length, max_model_len: context, tokens };
    },
    mistakeIn(body: Asked): string | undefined {
      const unknown = Object.keys(body).find((name) => !fields.has(name));
      return unknown && `no such field: ${unknown}`;
    },
    *events(body: Asked): Generator<object> {
      const running = Array.from({ length: (body.n as number) ?? 1 }, (_, index) => ({
        index,
        steps: stepsOf(body, index),
      }));
      while (running.length > 0) {
        for (const each of [...running]) {
          const { value, done } = each.steps.next();
          if (done) running.splice(running.indexOf(each), 1);
          else yield { choices: [choiceOf(body, each.index, [value])] };
        }
      }
    },
    whole: (body: Asked): unknown => ({ choices: [choiceOf(body, 0, [...stepsOf(body, 0)])] }),
  };
}
