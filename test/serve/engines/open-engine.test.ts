import { expect, test } from "vitest";
import { openPersona } from "../../../src/serve/index.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../../../src/tokenizer/index.ts";
import { startCompletionsServer } from "../../completions-server/index.ts";
import { memoryOf } from "../memory-of.ts";

test("a persona whose server was chosen answers with what the server draws, and opens no file", async () => {
  const tokenizer = await loadTokenizer();
  const reply = tokenizer.encode("in ten minutes").concat(tokenizer.encode("\n\n"));
  let start = Number.POSITIVE_INFINITY;
  const server = await startCompletionsServer({
    tokenizer,
    model(ids) {
      if (tokenizer.decode(ids).endsWith("Ana:\n")) start = ids.length;
      return [[reply[ids.length - start] ?? 11, 1]];
    },
  });
  const warnings: string[] = [];
  const persona = await openPersona(
    {
      name: "Ana",
      about: "a test",
      gguf: "/nowhere/model.gguf",
      tokenizerDirectory: builtInTokenizerDirectory,
      rendering: "plain",
      speakers: ["Ben"],
      server: {
        address: server.address,
        model: undefined,
        key: undefined,
        warn: (line) => warnings.push(line),
      },
    },
    { temperature: 0 },
  );
  const turns = [{ speaker: "Ben", isPersona: false, bubbles: ["when do you come?"] }];

  const said: string[] = [];
  for await (const event of persona.reply(memoryOf(turns, "a")))
    if (event.type === "bubble-end") said.push(event.bubble);
  await persona.close();

  expect(said).toEqual(["in ten minutes"]);
  expect(persona.engine).toBe(`llama-server at ${server.address}`);
  expect(warnings).toHaveLength(1);
});
