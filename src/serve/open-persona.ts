import { type PassedOver, UserError } from "../errors.ts";
import type { Guard } from "../guard/index.ts";
import { loadTokenizer } from "../tokenizer/index.ts";
import { type LlamaOptions, openEngine } from "./engines/index.ts";
import { type Persona, personaOf } from "./persona.ts";
import type { PersonaFiles } from "./persona-files.ts";
import type { DrawSettings } from "./replies/index.ts";

interface OpenOptions extends Pick<LlamaOptions, "conversations" | "warn"> {
  /** Keeps replies from repeating what was learned from; without one, they may. */
  guard?: Guard | undefined;
  /** Told of an adapter that cannot be used. */
  passedOver?: PassedOver;
}

export async function openPersona(
  files: PersonaFiles,
  settings: Partial<DrawSettings>,
  { guard, ...here }: OpenOptions = {},
): Promise<Persona> {
  const tokenizer = await loadTokenizer(files.tokenizerDirectory);
  if (files.tokenizerSha256 !== undefined && tokenizer.sha256 !== files.tokenizerSha256) {
    throw new UserError(
      `The tokeniser in ${files.tokenizerDirectory} is not the one that the model was trained with.`,
      {
        fix: "Restore the run's folder, or train again.",
      },
    );
  }
  const engine = await openEngine(files, tokenizer, { ...here, gpu: settings.gpu });
  return personaOf(engine, { files, settings, tokenizer, guard });
}
