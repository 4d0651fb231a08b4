import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Chosen, replyChoices, withDefaults } from "../../choices/index.ts";
import { UserError } from "../../errors.ts";
import { parseTokenizerConfig, type Tokenizer, templateIn } from "../../tokenizer/index.ts";
import { type LlamaOptions, openLlamaEngine } from "../engines/index.ts";
import { type Persona, personaOf } from "../persona.ts";
import { labelOfAnybody } from "../persona-files.ts";
import type { ReplySettings } from "../replies/index.ts";
import { restingPersona } from "../resting-persona.ts";
import { nameOfModel, quantizationOf } from "./find-model.ts";
import { type FormatName, formats, recogniseFormat } from "./formats.ts";
import { instructionScript } from "./instruction-script.ts";
import { tokenizerOf } from "./vocabulary.ts";
import { type Writing, writingByFormat, writingByTemplate } from "./writing.ts";

interface OpenOptions extends Pick<LlamaOptions, "conversations" | "warn"> {
  settings: ReplySettings;
}

/** What was chosen; else what suits a model that was taught to answer: at once, and at greater length than people who chat. */
export function instructionSettings(...chosen: Chosen<typeof replyChoices>[]): ReplySettings {
  return withDefaults(replyChoices, ...chosen, { maxTokens: 512, patience: 0 });
}

/**
 * A model that was taught to answer, asked as it wants to be.
 *
 * @throws {UserError} where the file is no model, or nothing says how it wants to be asked.
 */
export async function openInstructionModel(
  file: string,
  { settings, ...here }: OpenOptions,
): Promise<Persona> {
  const engine = await openLlamaEngine(file, { ...here, gpu: settings.gpu });
  try {
    const tokenizer = tokenizerOf(engine.model);
    const { metadata } = engine.model.fileInfo;
    const { format, systemPrompt } = settings;
    const { writing, about } = await writingFor(file, tokenizer, {
      format: format === "auto" ? undefined : format,
      architecture: metadata.general.architecture,
      names: [metadata.general.name, metadata.general.basename].filter((name) => typeof name === "string"),
    });
    return personaOf(engine, {
      files: {
        name: nameOfModel(file),
        about: `${describeFile(file)}, asked ${about}`,
        rendering: "chat",
        speakers: [],
      },
      script: instructionScript(tokenizer, writing, systemPrompt ?? undefined),
      settings,
      tokenizer,
    });
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** A model that is not in memory, for as long as a run has the GPU. */
export function restingModel(file: string, words: string): Persona {
  const files = { name: nameOfModel(file), about: describeFile(file), speakers: [] };
  return { ...restingPersona(files, words), isModel: true, labelOf: labelOfAnybody };
}

function describeFile(file: string): string {
  const quantization = quantizationOf(file);
  return nameOfModel(file) + (quantization === undefined ? "" : `, stored as ${quantization}`);
}

interface Known {
  format: FormatName | undefined;
  architecture: string;
  names: string[];
}

async function writingFor(
  file: string,
  tokenizer: Tokenizer,
  { format, architecture, names }: Known,
): Promise<{ writing: Writing; about: string }> {
  const template =
    format === undefined ? (tokenizer.chatTemplate ?? (await templateBeside(file))) : undefined;
  if (template !== undefined)
    return { writing: writingByTemplate(template, tokenizer), about: "by its own chat template" };
  const found =
    format ??
    recogniseFormat({
      names: [...names, path.basename(file)],
      architecture,
      knows: (token) => tokenizer.encodeTemplate(token).length === 1,
    });
  if (found !== undefined)
    return { writing: writingByFormat(formats[found]), about: `in the format ${found}` };
  throw new UserError(`${file} does not say how it wants to be asked: it carries no chat template.`, {
    fix: `Put its tokenizer_config.json beside it, or say it: --format ${Object.keys(formats).join(", ")}.`,
  });
}

/** The template of a `chat_template.jinja` or `tokenizer_config.json` in the same folder. */
async function templateBeside(file: string): Promise<string | undefined> {
  const read = (name: string) => readFile(path.join(path.dirname(file), name), "utf8").catch(() => undefined);
  const template = await read("chat_template.jinja");
  if (template !== undefined) return template;
  const configFile = path.join(path.dirname(file), "tokenizer_config.json");
  const config = await read("tokenizer_config.json");
  return config === undefined ? undefined : templateIn(parseTokenizerConfig(config, configFile));
}
