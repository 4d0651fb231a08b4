/** What must hold of every data set, and what tells two of them apart. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import type { MessageStore, ShardManifest } from "../../../src/handoffs/index.ts";
import { hasInk } from "../../../src/prepare/conversations/conversations.ts";
import { loadTokenizer } from "../../../src/tokenizer/tokenizer.ts";

/** Every file of a data set by name; the moment when it was made is left out. */
export async function contentsOf(directory: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const name of (await readdir(directory)).toSorted())
    contents[name] = (await readFile(path.join(directory, name), "latin1"))
      .replace(/"createdAt": "[^"]+"/, "")
      .replace(/<span class="date">[^<]+/, "");
  return contents;
}

/** Says where the first file that differs does. */
export function expectSame(one: Record<string, string>, other: Record<string, string>): void {
  expect(Object.keys(one)).toEqual(Object.keys(other));
  for (const [name, content] of Object.entries(one))
    if (content !== other[name]) expect.fail(`${name} differs, ${firstDifference(content, other[name])}`);
}

function firstDifference(one: string, other = ""): string {
  let at = 0;
  while (one[at] === other[at]) at++;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return `at ${at}: ${around(one)} and ${around(other)}`;
}

export function withoutTime(manifest: ShardManifest): ShardManifest {
  return { ...manifest, createdAt: "" };
}

/** Each message of the persona is to be learned, held out, or left out for one reason. */
export async function expectAllCounted(store: MessageStore, { splits, excluded, settings }: ShardManifest) {
  let own = 0;
  for (const thread of store.threads)
    for await (const { sender, kind, text } of store.read(thread))
      if (sender === settings?.persona && kind === "text" && hasInk(text)) own++;
  const left = Object.values(excluded).reduce((sum, { personaBubbles }) => sum + personaBubbles, 0);
  expect((splits.train.personaBubbles ?? 0) + (splits.val.personaBubbles ?? 0) + left).toBe(own);
}

const thinnedOut = /^(?:replies of one word|copies of a long text|turns that repeat|over the number)/;

/** Report and style.json say what the manifest says. */
export async function expectOneStory(directory: string, { splits, excluded }: ShardManifest): Promise<void> {
  const report = await readFile(path.join(directory, "report.html"), "utf8");
  const rows = (table: string) =>
    [
      ...(new RegExp(`<table id="${table}">(.*?)</table>`, "s").exec(report)?.[1] ?? "").matchAll(
        /<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/gs,
      ),
    ].map(([, name = "", cells = ""]) => [
      name,
      ...[...cells.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell = ""]) => cell.replace(/\D/g, "")),
    ]);
  expect(rows("exclusions").toSorted()).toEqual(
    Object.entries(excluded)
      .map(([reason, { conversations, personaBubbles }]) => [
        reason,
        String(conversations),
        String(personaBubbles),
      ])
      .toSorted(),
  );
  expect(
    rows("splits").map(([, conversations, turns, tokens]) => [conversations, turns, tokens].map(Number)),
  ).toEqual(
    [splits.train, splits.val].map(({ conversations, turns, tokens }) => [conversations, turns, tokens]),
  );
  const style = JSON.parse(await readFile(path.join(directory, "style.json"), "utf8"));
  const seen = Object.entries(excluded).filter(([reason]) => thinnedOut.test(reason));
  expect(style.messages).toBe(
    [splits.train, splits.val, ...seen.map(([, counts]) => counts)].reduce(
      (sum, { personaBubbles = 0 }) => sum + personaBubbles,
      0,
    ),
  );
}

/** All that a data set says, in lower case: shards decoded, pages as they stand. */
export async function wordsOf(directory: string, { dtype }: ShardManifest): Promise<string> {
  const tokenizer = await loadTokenizer(directory);
  const parts: string[] = [];
  for (const name of await readdir(directory)) {
    const bytes = await readFile(path.join(directory, name));
    if (name.endsWith(".bin")) parts.push(tokenizer.decode(tokensIn(bytes, dtype)));
    else if (name !== "tokenizer.json") parts.push(bytes.toString("utf8"));
  }
  return parts.join("\n").toLowerCase();
}

export function tokensIn(bytes: Buffer, dtype: ShardManifest["dtype"]): number[] {
  const size = dtype === "uint16" ? 2 : 4;
  return Array.from({ length: bytes.length / size }, (_, at) => bytes.readUIntLE(at * size, size));
}
