import type { LlamaModel } from "node-llama-cpp";
import { codeOf } from "../../../disk-errors.ts";
import { UserError } from "../../../errors.ts";
import type { Backend } from "./backend.ts";

/** @throws {UserError} where the file is gone, cut off, or no model that llama.cpp knows. */
export async function loadModel({ llama, complaints }: Backend, file: string): Promise<LlamaModel> {
  try {
    // If a file is cut off while it is mapped, the system ends this process.
    return await llama.loadModel({ modelPath: file, useMmap: false });
  } catch (cause) {
    throw new UserError(`The model ${file} ${problemWith(cause, complaints)}`, {
      fix: "Serve another run (persona runs use RUN), or train again: persona train",
      cause,
    });
  }
}

function problemWith(error: unknown, complaints: string[]): string {
  if (codeOf(error) === "ENOENT") return "is gone.";
  const reasons = complaints.map((complaint) => /error loading model: (.*)/.exec(complaint)?.[1]);
  const reason = reasons.find((reason) => reason !== undefined) ?? (error as Error).message;
  return `cannot be loaded: ${reason.replace(/[^ -~]/g, "?").replace(/\.?$/, ".")}`;
}
