import { readFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { codeOf } from "../disk-errors.ts";
import { cannotBeRead, parseLine, runDirectory } from "../handoffs/index.ts";
import { type Workspace, writeFileAtomically } from "../workspace.ts";
import { BloomFilter } from "./bloom-filter.ts";

/** The first line of a guard; the bits of its filter follow. */
const Header = z.object({
  /** Counts up when texts are folded or hashed in another way: then none of it would be found again. */
  format: z.literal(1),
  /** Id of the data set. */
  dataset: z.string(),
  hashes: z.int().min(1),
  bytes: z.int().min(1),
  /** The share of other runs of words that are taken for copies. */
  falseRate: z.number(),
});

const guardFile = (workspace: Workspace, run: string) => path.join(runDirectory(workspace, run), "guard.bin");

export async function writeGuard(
  workspace: Workspace,
  run: string,
  dataset: string,
  { bytes, hashes, falseRate }: BloomFilter,
): Promise<void> {
  const header: z.infer<typeof Header> = { format: 1, dataset, hashes, bytes: bytes.length, falseRate };
  const content = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes]);
  await writeFileAtomically(guardFile(workspace, run), content);
}

/** What a run's guard knows; undefined where there is none, or one that has to be made again. */
export async function readGuard(workspace: Workspace, run: string): Promise<BloomFilter | undefined> {
  const file = guardFile(workspace, run);
  const content = await readFile(file).catch((cause: unknown) => {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw cannotBeRead(file, cause, { fix: "Remove it: it is made again." });
  });
  return content && parse(content);
}

function parse(content: Buffer): BloomFilter | undefined {
  const end = content.indexOf("\n");
  const header = parseLine(Header, content.toString("utf8", 0, end));
  const bytes = content.subarray(end + 1);
  return header?.bytes === bytes.length ? new BloomFilter({ bytes, hashes: header.hashes }) : undefined;
}
