import type { FileFigures, ServeFigures } from "./compare.ts";

/** A table for each file: what it does, and how that compares with others in the same run. */
export function describeServing({
  engine,
  threads,
  generate,
  memoryBytesPerSecond,
  files,
}: ServeFigures): string[] {
  return [
    `${engine}; the others with ${threads} ${threads === 1 ? "thread" : "threads"}. Memory is read at ${decimal(memoryBytesPerSecond / 1e9)} GB/s.`,
    `Hugging Face's generate (${generate.dtype}): ${decimal(generate.tokensPerSecond)} tokens/s.`,
    ...files.flatMap((file) => ["", ...describeFile(file, generate.tokensPerSecond)]),
  ];
}

function describeFile(file: FileFigures, generateSpeed: number): string[] {
  const { format, bytes, bandwidthBound, firstToken, streams, training } = file;
  const { coldMs, warmMs } = firstToken;
  const single = streams.find(({ conversations }) => conversations === 1);
  return [
    `${format}, ${decimal(bytes / 1e9)} GB; no faster than ${decimal(bandwidthBound)} tokens/s for one, by the memory`,
    `first token: ${decimal(coldMs)} ms cold, ${decimal(warmMs)} ms in the next turn (${ratio(coldMs, warmMs)} sooner)`,
    row(["at once", "tokens/s", "of llama.cpp's", "JavaScript", "memory"]),
    ...streams.map((each) =>
      row([
        String(each.conversations),
        decimal(each.tokensPerSecond),
        percent(each.tokensPerSecond, speedOfOthers(file, each.conversations)),
        percent(each.scriptShare, 1),
        `${decimal(each.residentBytes / 1e9)} GB`,
      ]),
    ),
    ...(single ? [`one stream: ${ratio(single.tokensPerSecond, generateSpeed)} generate's`] : []),
    ...(file.llamaBench ? [`llama-bench reads a prompt at ${decimal(file.llamaBench.prompt)} tokens/s`] : []),
    ...(training
      ? [
          `one thread: ${decimal(training.idle.tokensPerSecond)} tokens/s, beside a training run ${decimal(training.beside.tokensPerSecond)} (${percent(training.beside.tokensPerSecond, training.idle.tokensPerSecond)})`,
        ]
      : []),
  ];
}

/** `llama-bench` for one stream, `llama-batched-bench` for several. */
function speedOfOthers({ llamaBench, batchedBench }: FileFigures, conversations: number): number | undefined {
  return conversations === 1 ? llamaBench?.stream : batchedBench?.[conversations];
}

function row(cells: string[]): string {
  const widths = [7, 10, 16, 12, 10];
  return cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join("");
}

function decimal(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

function ratio(value: number, other: number): string {
  return `${decimal(value / other)} ×`;
}

function percent(value: number, whole: number | undefined): string {
  return whole === undefined ? "" : `${((100 * value) / whole).toFixed(0)} %`;
}
