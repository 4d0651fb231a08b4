/**
 * Asks the engine that serves personas whether it can load a GGUF, with an `adapter` or without, and how it continues some ids.
 *
 *     echo '{"file": "model.gguf", "ids": [1, 2, 3]}' | node scripts/ask-engine.mjs
 *
 * Reads a JSON line for each file from stdin. Writes one for each: the id that it finds likeliest after each id, as
 * `choices`, or why there are none, as `error` (`missing`: there is no engine here). On the processor, for a GPU may be training.
 */

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const said = [];
try {
  const llama = await openEngine();
  for await (const line of createInterface({ input: process.stdin }))
    say(await answer(llama, JSON.parse(line)));
  await llama.dispose();
} catch (error) {
  say({ missing: error.message });
}

async function openEngine() {
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  return getLlama({
    gpu: false,
    build: "never",
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
    logger: (_level, line) => said.push(line.trim()),
  });
}

async function answer(llama, { file, adapter, ids }) {
  said.length = 0;
  try {
    return { file, choices: await choicesAfter(llama, { file, adapter, ids }) };
  } catch (error) {
    await sleep(100); // The reason is said by another thread.
    return { file, error: whyNot() ?? error.message };
  }
}

async function choicesAfter(llama, { file, adapter, ids }) {
  const model = await llama.loadModel({ modelPath: file });
  try {
    const context = await model.createContext({ contextSize: ids.length + 1, threads: 1, lora: adapter });
    const asked = ids.map((id) => [id, { generateNext: { token: true, options: { temperature: 0 } } }]);
    const answers = await context.getSequence().controlledEvaluate(asked);
    return answers.map((answer) => answer.next.token);
  } finally {
    await model.dispose();
  }
}

/** What llama.cpp said first, without the names of its functions. */
function whyNot() {
  return said[0]?.replace(/^(?:(?:\w+|error loading model|error loading model hyperparameters): )+/, "");
}

function say(words) {
  process.stdout.write(`${JSON.stringify(words)}\n`);
}
