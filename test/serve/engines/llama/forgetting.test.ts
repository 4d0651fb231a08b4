import { expect, test, vi } from "vitest";
import { LlamaConversations } from "../../../../src/serve/engines/llama/llama-engine.ts";
import { openModel } from "../../../../src/serve/engines/llama/open-model.ts";
import { decided, idsFrom, options } from "./tiny-model.ts";

test("of a conversation that is forgotten no id stays, neither in its own branch nor where candidates were drawn", async () => {
  const model = await openModel(await decided(), { gpu: "cpu", conversations: 2 });
  const engine = new LlamaConversations(model);
  const evaluated = () =>
    [...model.conversations, ...model.forks].map(({ sequence }) => sequence.contextTokens.length);
  const asked = { ...options({ conversation: "a" }), seeds: [1, 2, 3], isOver: () => false };
  await engine.generateSeveral(idsFrom(1, 40), asked);
  await engine.nextProbabilities(idsFrom(2, 40), [1]);
  await vi.waitFor(() => expect(evaluated().filter((ids) => ids > 0)).toHaveLength(1));
  engine.forget("a");

  await vi.waitFor(() => expect(evaluated()).toEqual(evaluated().map(() => 0)));
  await engine.close();
});
