/** Reads `{"base", "adapters", "ids"}` from stdin; writes for each adapter (null: none) the engine's logits after each id. */
import { text } from "node:stream/consumers";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const { base, adapters, ids } = JSON.parse(await text(process.stdin));
const llama = await getLlama({
  gpu: false,
  build: "never",
  skipDownload: true,
  logLevel: LlamaLogLevel.error,
});
const model = await llama.loadModel({ modelPath: base });
const found = [];
for (const adapter of adapters) {
  const lora = adapter ?? undefined;
  const context = await model.createContext({ contextSize: ids.length + 1, threads: 1, lora });
  found.push(await logitsAfter(context.getSequence()));
  await context.dispose();
}
process.stdout.write(JSON.stringify(found));
await llama.dispose();

async function logitsAfter(sequence) {
  const generateNext = { logits: true, options: { temperature: 1, topK: 0, topP: 1, minP: 0 } };
  const answers = await sequence.controlledEvaluate(ids.map((id) => [id, { generateNext }]));
  return answers.map(({ next }) => Object.fromEntries(next.logits));
}
