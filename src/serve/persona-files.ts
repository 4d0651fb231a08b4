import { existsSync } from "node:fs";
import path from "node:path";
import {
  ggufFile,
  modelDirectory,
  type Rendering,
  type RunRecord,
  readRunManifest,
  runDirectory,
} from "../handoffs/index.ts";
import { canonicalLabel, neutralLabel } from "../transcript/index.ts";
import type { Workspace } from "../workspace.ts";
import type { ModelFiles } from "./engines/index.ts";
import type { NoteSource } from "./memory/index.ts";

/** The files that make a persona. */
export interface PersonaFiles extends ModelFiles {
  name: string;
  about: string;
  tokenizerDirectory: string;
  /** sha256 of the `tokenizer.json` that training used. */
  tokenizerSha256?: string;
  rendering: Rendering;
  speakers: string[];
  note?: NoteSource | undefined;
}

/** The files of a finished run. */
export async function personaOfRun(workspace: Workspace, run: RunRecord): Promise<PersonaFiles> {
  const manifest = await readRunManifest(workspace, run.id);
  return {
    name: run.persona,
    // Friends read this: where the owner's folders lie is nothing for them.
    about: `run ${run.id}, trained on ${path.isAbsolute(run.base.name) ? path.basename(run.base.name) : run.base.name}`,
    gguf: ggufFile(workspace, run.id),
    adapter: adapterOf(workspace, run),
    tokenizerDirectory: modelDirectory(workspace, run.id),
    tokenizerSha256: manifest.tokenizer.sha256,
    rendering: run.rendering,
    speakers: manifest.speakers,
  };
}

/** Where a run has left its adapter, and its base is there too. */
function adapterOf(workspace: Workspace, { id, adapter }: RunRecord): PersonaFiles["adapter"] {
  if (adapter === undefined || "missing" in adapter) return undefined;
  const base = path.join(workspace.bases, adapter.base, "model.gguf");
  const file = path.join(runDirectory(workspace, id), "adapter.gguf");
  return [base, file].every((each) => existsSync(each)) ? { base, file } : undefined;
}

/** A name that training knows, else the neutral one. */
export function labelIn({ speakers }: Pick<PersonaFiles, "speakers">, name: string | undefined): string {
  return name !== undefined && speakers.includes(name) ? name : neutralLabel;
}

/** What somebody is called by a model that knows nobody. */
export function labelOfAnybody(name: string | undefined, called: string | undefined): string {
  return canonicalLabel(name ?? called ?? neutralLabel);
}
