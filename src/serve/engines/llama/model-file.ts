import type { Llama, LlamaModel } from "node-llama-cpp";
import { codeOf } from "../../../disk-errors.ts";
import { UserError } from "../../../errors.ts";

/** @throws {UserError} where the file is gone, cut off, or no model that llama.cpp knows. */
export async function loadModel(llama: Llama, file: string): Promise<LlamaModel> {
  try {
    // If a file is cut off while it is mapped, the system ends this process.
    return await llama.loadModel({ modelPath: file, useMmap: false });
  } catch (cause) {
    throw unreadable(file, cause, "no model that llama.cpp knows");
  }
}

/** @param otherwise What the file is where it is whole. */
export function unreadable(file: string, cause: unknown, otherwise: string): UserError {
  const problem = codeOf(cause) === "ENOENT" ? "is gone" : `is cut off, damaged, or ${otherwise}`;
  return new UserError(`${file} ${problem}.`, {
    fix: "Serve another run (persona runs use RUN), or train again: persona train",
    cause,
  });
}
