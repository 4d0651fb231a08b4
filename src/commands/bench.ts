import type { Command } from "commander";
import { pino } from "pino";
import {
  registerBenchBases,
  registerBenchCutting,
  registerBenchGpu,
  registerBenchHttp,
  registerBenchImport,
  registerBenchPrepare,
  registerBenchQueue,
  registerBenchRedaction,
  registerBenchServe,
  registerBenchTiming,
  registerBenchTrain,
} from "../bench/index.ts";
import { httpChoices, withDefaults } from "../choices/index.ts";
import { openMessages } from "../ingest/index.ts";
import { createRedactor, measureGaps } from "../prepare/index.ts";
import { type HttpServer, openLlamaEngine, personaOf, startServer, timingOf } from "../serve/index.ts";
import { resolveBase } from "../train/index.ts";
import { openContext } from "./command.ts";

/** The project's own speed, side by side in one run with what a user would use instead, and what redaction finds. */
export function registerBench(bench: Command): void {
  for (const register of [
    registerBenchImport,
    registerBenchPrepare,
    registerBenchCutting,
    registerBenchTrain,
    registerBenchQueue,
    registerBenchGpu,
  ])
    register(bench);
  registerBenchBases(bench, resolveBase);
  registerBenchRedaction(bench, createRedactor);
  registerBenchServe(bench, openLlamaEngine);
  registerBenchHttp(bench, serveEngine);
  registerBenchTiming(bench, { readGaps, openTimes: timingOf });
}

/** All that `persona serve` does for a request, but the model. */
async function serveEngine(
  engine: Parameters<typeof personaOf>[0],
  { tokenizer, atOnce }: Pick<Parameters<typeof personaOf>[1], "tokenizer"> & { atOnce: number },
): Promise<HttpServer> {
  const files = { name: "Ana", about: "a bench", rendering: "plain" as const, speakers: [] };
  const persona = personaOf(engine, { files, settings: {}, tokenizer });
  return startServer({
    ...withDefaults(httpChoices, { port: 0, atOnce }),
    token: undefined,
    answering: {
      persona,
      run: () => "bench",
      openMask: () => undefined,
      labelOf: () => undefined,
      as: undefined,
    },
    log: pino({ base: null }, pino.destination("/dev/null")),
  });
}

async function readGaps(command: Command, heldOutShare: number): ReturnType<typeof measureGaps> {
  const { workspace } = await openContext(command);
  const store = await openMessages(workspace);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return measureGaps(store, { persona: store.owner, timeZone, heldOutShare });
}
