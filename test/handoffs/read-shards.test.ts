import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import {
  countMaskCodes,
  MaskCode,
  readConversations,
  readIndices,
  readRanges,
  type ShardManifest,
} from "../../src/handoffs/index.ts";
import { newWorkspace } from "../new-workspace.ts";

let directory: string;

beforeEach(async () => {
  directory = (await newWorkspace()).root;
});

test("indices of tokens may be larger than 32 bits hold", async () => {
  const indices = [0, 7, 2 ** 32 - 1, 2 ** 32, 3 * 2 ** 40 + 5];
  await write("train.offsets", new BigUint64Array(indices.map(BigInt)));

  expect(await readIndices(directory, "train.offsets")).toEqual(indices);
  await write("val.offsets", new Uint8Array());
  expect(await readIndices(directory, "val.offsets")).toEqual([]);
});

test.each([
  { dtype: "uint16", ids: Uint16Array.of(1, 2, 3, 50_256, 5) },
  { dtype: "uint32", ids: Uint32Array.of(1, 2, 3, 151_643, 5) },
] as const)("tokens of $dtype are read with their codes, a range at a time", async ({ dtype, ids }) => {
  await write("val.bin", ids);
  await write("val.mask", Uint8Array.of(0, 1, 2, 3, 1));
  const ranges = [
    { start: 3, end: 5 },
    { start: 0, end: 1 },
    { start: 2, end: 2 },
  ];

  expect(await readRanges(directory, "val", dtype, ranges)).toEqual([
    { ids: [...ids.slice(3)], mask: [3, 1] },
    { ids: [1], mask: [0] },
    { ids: [], mask: [] },
  ]);
});

test("conversations are read one after the other, whether short or longer than what is read at once", async () => {
  const lengths = [3, 1, 70_000, 0, 65_000, 400, 200, 2];
  const starts = lengths.map((_, index) => lengths.slice(0, index).reduce((sum, length) => sum + length, 0));
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const ids = Uint16Array.from({ length: tokens }, (_, index) => index % 50_000);
  await write("train.bin", ids);
  await write("train.mask", new Uint8Array(tokens));
  await write("train.offsets", new BigUint64Array(starts.map(BigInt)));
  const manifest = { dtype: "uint16", splits: { train: { tokens } } } as ShardManifest;
  const read: number[][] = [];
  for await (const conversation of readConversations(directory, "train", manifest)) read.push(conversation);

  expect(read.map(({ length }) => length)).toEqual(lengths);
  expect(read.flat()).toEqual([...ids]);
});

test("the codes of a split are counted, however long it is", async () => {
  const codes = new Uint8Array(1_500_000).fill(MaskCode.others);
  codes.fill(MaskCode.persona, 0, 1000);
  codes[1_499_999] = MaskCode.nextSpeaker;
  await write("train.mask", codes);

  expect(await countMaskCodes(directory, "train")).toEqual([0, 1000, 1_498_999, 1]);
});

async function write(name: string, content: NodeJS.ArrayBufferView): Promise<void> {
  await writeFile(path.join(directory, name), content);
}
