import path from "node:path";
import type { PreparedShards } from "../../src/prepare/index.ts";
import { Memory, openPersona, type Persona, type ReplySettings } from "../../src/serve/index.ts";
import { persona } from "../prepare/data-set.ts";

/** The persona that a run's first attempt has exported. */
export function openTrained(
  run: string,
  { tokenizer, speakers }: PreparedShards["manifest"],
  settings: Partial<ReplySettings> = {},
): Promise<Persona> {
  const files = path.join(run, "attempt-1");
  return openPersona(
    {
      name: persona,
      about: "a test",
      gguf: path.join(files, "model.gguf"),
      tokenizerDirectory: path.join(files, "model"),
      tokenizerSha256: tokenizer.sha256,
      rendering: "plain",
      speakers,
    },
    settings,
  );
}

/** The bubbles of the likeliest answer to Ben's question 9, by what a run's first attempt has exported. */
export async function answerOf(run: string, manifest: PreparedShards["manifest"]): Promise<string[]> {
  const speaker = await openTrained(run, manifest, { temperature: 0, topP: 1, minP: 0, maxTokens: 30 });
  const said: string[] = [];
  const memory = new Memory({ id: "a", persona });
  memory.hear("Ben", "question 9");
  for await (const event of speaker.reply(memory)) if (event.type === "bubble-end") said.push(event.bubble);
  await speaker.close();
  return said;
}
