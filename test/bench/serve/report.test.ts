import { expect, test } from "vitest";
import { describeServing } from "../../../src/bench/serve/report.ts";

const streams = (conversations: number, tokensPerSecond: number) => ({
  conversations,
  tokensPerSecond,
  scriptShare: 0.012,
  residentBytes: 1.25e9,
});

test("speeds stand beside those of others with the same file", () => {
  const lines = describeServing({
    engine: "llama.cpp on CPU, 2 threads",
    threads: 2,
    memoryBytesPerSecond: 20e9,
    generate: { tokensPerSecond: 8, dtype: "bfloat16" },
    files: [
      {
        format: "q8_0",
        bytes: 0.8e9,
        bandwidthBound: 25,
        firstToken: { coldMs: 7000, warmMs: 280 },
        streams: [streams(1, 16), streams(4, 30), streams(8, 45)],
        llamaBench: { prompt: 95.2, stream: 16.9 },
        batchedBench: { 4: 37.5 },
        training: { idle: streams(1, 9), beside: streams(1, 5) },
      },
    ],
  });

  expect(lines).toEqual([
    "llama.cpp on CPU, 2 threads; the others with 2 threads. Memory is read at 20.0 GB/s.",
    "Hugging Face's generate (bfloat16): 8.00 tokens/s.",
    "",
    "q8_0, 0.80 GB; no faster than 25.0 tokens/s for one, by the memory",
    "first token: 7000 ms cold, 280 ms in the next turn (25.0 × sooner)",
    "at once  tokens/s  of llama.cpp's  JavaScript    memory",
    "      1      16.0            95 %         1 %   1.25 GB",
    "      4      30.0            80 %         1 %   1.25 GB",
    "      8      45.0                         1 %   1.25 GB",
    "one stream: 2.00 × generate's",
    "llama-bench reads a prompt at 95.2 tokens/s",
    "one thread: 9.00 tokens/s, beside a training run 5.00 (56 %)",
  ]);
});
