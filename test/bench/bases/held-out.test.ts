import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { readHeldOut, writeHeldOut } from "../../../src/bench/bases/held-out.ts";
import { builtInTokenizerDirectory } from "../../../src/tokenizer/index.ts";
import { chatTokenizerDirectory } from "../../fixtures/tokenizers/chat.ts";
import { chat, hour, message, persona, prepare, storeOf } from "../../prepare/data-set.ts";

const thread = Array.from({ length: 120 }, (_, index) => [
  message("eva", "Eva", `and ${index}?`, 4 * hour * index),
  message("eva", persona, `so ${index}\nit is`, 4 * hour * index + 60_000),
]).flat();
const { directory } = await prepare(storeOf([chat("ben", 100), thread]));

test("held-out conversations written again with their own tokeniser are the same", async () => {
  const heldOut = (await readHeldOut(directory)) ?? expect.unreachable();
  const out = await rewrite(heldOut, builtInTokenizerDirectory, "plain");

  for (const extension of ["offsets", "turns", "mask"])
    expect(await readFile(path.join(out, `val.${extension}`))).toEqual(
      await readFile(path.join(directory, `val.${extension}`)),
    );
});

test("they hold the same turns in the ids of another tokeniser and in another rendering, context alone included", async () => {
  const heldOut = (await readHeldOut(directory)) ?? expect.unreachable();
  for (const turns of heldOut.conversations.slice(1)) for (const turn of turns) turn.contextOnly = [true];
  const out = await rewrite(heldOut, await chatTokenizerDirectory(), "chat");
  const again = (await readHeldOut(out)) ?? expect.unreachable();

  expect(again.conversations).toEqual(heldOut.conversations);
  expect(again.manifest).toMatchObject({ rendering: "chat", dtype: "uint32" });
});

async function rewrite(
  heldOut: NonNullable<Awaited<ReturnType<typeof readHeldOut>>>,
  tokenizerDirectory: string,
  rendering: "plain" | "chat",
): Promise<string> {
  const out = await mkdtemp(path.join(tmpdir(), "persona held out "));
  await writeHeldOut(heldOut, { tokenizerDirectory, rendering, out });
  return out;
}
