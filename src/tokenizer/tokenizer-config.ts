import { UserError } from "../errors.ts";

/** What is read of a `tokenizer_config.json`. */
export interface TokenizerConfig {
  chat_template?: unknown;
  bos_token?: string | { content: string } | null;
  eos_token?: string | { content: string } | null;
}

export function parseTokenizerConfig(text: string, file: string): TokenizerConfig {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    // Answered below, like every other content that is no configuration.
  }
  if (typeof config === "object" && config !== null) return config;
  throw new UserError(`${file} is not a tokeniser's configuration in JSON.`, {
    fix: "Copy the model's folder again.",
  });
}

/** The chat template of a configuration; of several, which have names, the one called default. */
export function templateIn({ chat_template: found }: TokenizerConfig): string | undefined {
  if (typeof found === "string") return found;
  if (!Array.isArray(found)) return undefined;
  const usual = found.find((entry) => entry?.name === "default")?.template;
  return typeof usual === "string" ? usual : undefined;
}
