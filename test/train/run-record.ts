import type { RunRecord } from "../../src/handoffs.ts";

/** A run that waits, of Ana's and of gpt2, with what a test does not care about filled in. */
export function runRecord(changes: Partial<RunRecord>): RunRecord {
  return {
    format: 1,
    id: "aaaa",
    createdAt: "2026-01-01T00:00:00.000Z",
    state: "queued",
    persona: "Ana",
    dataset: "data",
    rendering: "plain",
    base: { name: "gpt2" },
    settings: {},
    attempt: 1,
    ...changes,
  };
}
