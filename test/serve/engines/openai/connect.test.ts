import { expect, test } from "vitest";
import { openServerEngine } from "../../../../src/serve/engines/openai/index.ts";
import {
  type CompletionsServer,
  problemOf,
  type Settings,
  startCompletionsServer,
} from "../../../completions-server/index.ts";
import { tokenizer } from "../../scripted-engine.ts";

let server: CompletionsServer | undefined;

async function start(settings: Partial<Settings> = {}): Promise<string> {
  server = await startCompletionsServer({ tokenizer, model: () => [[11, 1]], ...settings });
  return server.address;
}

async function refusalBy(settings: Partial<Settings>, model?: string): Promise<string> {
  return problemOf(openServerEngine(await start(settings), { tokenizer, model }));
}

test("a server with fewer ids than the tokeniser serves another model", async () => {
  expect(await refusalBy({ vocabulary: 32_000 })).toBe(
    "The server at http://127.0.0.1 serves another model than this run: it knows 32000 ids, and the run has 50257. Start it with the run's own model (model.gguf for llama-server, the folder model for vLLM), or choose the run that it serves.",
  );
});

test.each(["llama-server", "vllm"] as const)(
  "%s that writes a text in other ids serves another model",
  async (kind) => {
    const tokenize = (text: string) => [...Buffer.from(text)];

    expect(await refusalBy({ kind, tokenize })).toContain("it writes the same text in other ids");
  },
);

test("a context in which hardly a message fits is refused with what to do", async () => {
  expect(await refusalBy({ context: 128 })).toBe(
    "The server at http://127.0.0.1 has room for 128 ids in a conversation. Give it at least 256: the context size of llama-server is shared by its parallel slots; vLLM calls it the maximum model length.",
  );
});

test("a server that gives back words alone is refused with what to use instead", async () => {
  expect(await refusalBy({ kind: "vllm", givesIds: false })).toBe(
    "The server at http://127.0.0.1 gives back words, but not which ids were drawn. Use llama-server, or vLLM 0.10.2 or later: words encoded again are not always the ids that were drawn.",
  );
});

test("of several models one is chosen by name", async () => {
  const models = ["base", "ana"];
  expect(await refusalBy({ kind: "vllm", models })).toBe(
    "The server at http://127.0.0.1 serves several models: base, ana. Choose one (reply.serverModel in persona.json).",
  );
  expect(await refusalBy({ kind: "vllm", models }, "ben")).toContain(
    "serves no model called ben, only base, ana.",
  );

  await openServerEngine(await start({ kind: "vllm", models }), { tokenizer, model: "ana" });
  expect(server?.asked[0]?.model).toBe("ana");
});

test("what is no server of completions is not taken for one", async () => {
  expect(await refusalBy({ models: [] })).toContain("is no server of completions.");
});
