import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { finished } from "node:stream/promises";
import { execa } from "execa";
import { projectRoot } from "../project.ts";
import { pythonPath } from "../python.ts";
import { builtInTokenizerDirectory, loadTokenizer, TokenBuffer } from "../tokenizer/index.ts";
import { fuzzedTexts } from "./inputs/index.ts";

/** Compares our ids with tiktoken's on so many fuzzed lines; throws at the first line that differs. */
export async function verifyTokens(
  folder: string,
  lines: number,
): Promise<{ lines: number; tokens: number }> {
  const [textFile, idFile] = [path.join(folder, "fuzzed.jsonl"), path.join(folder, "fuzzed.ids")];
  await writeLines(textFile, fuzzedTexts(lines));
  await runTiktoken(textFile, idFile);
  return compare(new Uint32Array((await readFile(idFile)).buffer), lines);
}

/** Encodes a file of JSON strings in Python; returns what it printed. */
export async function runTiktoken(
  textFile: string,
  idFile?: string,
): Promise<{ tokens: number; encodeSeconds: number }> {
  const tokenizer = path.join(builtInTokenizerDirectory, "tokenizer.json");
  const script = path.join(projectRoot, "scripts", "bench", "tokens.py");
  const { stdout } = await execa(pythonPath, [script, tokenizer, textFile, ...(idFile ? [idFile] : [])]);
  return JSON.parse(stdout);
}

/** One JSON string a line. */
export async function writeLines(
  file: string,
  texts: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const out = createWriteStream(file, { mode: 0o600 });
  for await (const text of texts) {
    if (!out.write(`${JSON.stringify(text)}\n`)) await once(out, "drain");
  }
  out.end();
  await finished(out);
}

async function compare(expected: Uint32Array, lines: number): Promise<{ lines: number; tokens: number }> {
  const tokenizer = await loadTokenizer();
  const buffer = new TokenBuffer();
  let at = 0;
  let line = 0;
  for (const text of fuzzedTexts(lines)) {
    buffer.clear();
    tokenizer.encodeInto(text, buffer);
    const count = expected[at++];
    let isSame = count === buffer.length;
    for (let index = 0; index < buffer.length; index++) isSame &&= expected[at + index] === buffer.ids[index];
    if (!isSame) throw new Error(`Line ${line} has other ids than tiktoken's: ${JSON.stringify(text)}`);
    at += buffer.length;
    line++;
  }
  return { lines, tokens: at - line };
}
