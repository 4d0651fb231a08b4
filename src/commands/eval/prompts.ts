import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Chosen, promptChoices } from "../../choices/index.ts";
import { UserError } from "../../errors.ts";
import { answerPrompts, builtInPrompts, type Contestant, readPrompts } from "../../evaluate/index.ts";
import { type RunRecord, runToServe } from "../../handoffs/index.ts";
import { Memory, openPersona, type PersonaFiles, personaOfRun, replySettings } from "../../serve/index.ts";
import { readTokenizerFiles } from "../../tokenizer/index.ts";
import { usualRendering } from "../../transcript/index.ts";
import { type CommandContext, interruptible } from "../command.ts";

/** Without a file, commander says true. */
export type PromptFlags = Chosen<Omit<typeof promptChoices, "prompts">> & { prompts?: string | true };

/** Enough for a long answer; a reply in a chat is shorter. */
const maxTokens = 400;

/** Asks runs and models the same questions, and leaves a page with their answers side by side. */
export async function comparePrompts(
  context: CommandContext,
  run: RunRecord,
  flags: PromptFlags,
): Promise<void> {
  const { terminal } = context;
  const prompts = typeof flags.prompts === "string" ? await readPrompts(flags.prompts) : builtInPrompts;
  const own = await personaOfRun(context.workspace, run);
  const others = await Promise.all((flags.with ?? []).map((name) => filesOf(context, name, own)));
  const contestants = await Promise.all(
    [{ name: `run ${run.id}`, files: own, run }, ...others].map((other) => contestantOf(other, context)),
  );
  const progress = terminal.progress("asking");
  const { answered, file } = await interruptible((signal) =>
    answerPrompts({
      workspace: context.workspace,
      prompts,
      contestants,
      onProgress: (done, total) => progress.update(done, total),
      signal,
    }),
  );
  progress.done();
  terminal.data(answered);
  terminal.note(`Answers side by side: ${file}`);
}

/** A run, or a model that comes from none. */
interface Other {
  name: string;
  files: PersonaFiles;
  run?: RunRecord;
}

/** A run by its id, or a model by its file. */
async function filesOf(
  { workspace, passedOver }: CommandContext,
  name: string,
  own: PersonaFiles,
): Promise<Other> {
  if (!name.endsWith(".gguf")) {
    const run = await runToServe(workspace, name, passedOver);
    return { name: `run ${run.id}`, files: await personaOfRun(workspace, run), run };
  }
  const directories = [name.slice(0, -".gguf".length), path.dirname(name)];
  const tokenizerDirectory = directories.find((directory) =>
    existsSync(path.join(directory, "tokenizer.json")),
  );
  if (!existsSync(name) || tokenizerDirectory === undefined) {
    throw new UserError(`${name} ${existsSync(name) ? "has no tokenizer.json beside it" : "is not there"}.`, {
      fix: "Name a run, or a GGUF with its tokenizer.json in the same folder.",
    });
  }
  const { tokenizerSha256: _of, ...shared } = own;
  const rendering = await usualRendering(await readTokenizerFiles(tokenizerDirectory));
  return { name: path.basename(name), files: { ...shared, gguf: name, tokenizerDirectory, rendering } };
}

async function contestantOf(
  { name, files, run }: Other,
  { workspace, config, passedOver }: CommandContext,
): Promise<Contestant> {
  const { size, mtimeMs } = await stat(files.gguf);
  const { settings: served } = await replySettings(workspace, run, { config: config.reply, passedOver });
  const { temperature, topP, minP } = served;
  const settings = { temperature, topP, minP, maxTokens };
  return {
    name,
    identity: JSON.stringify([files.gguf, size, mtimeMs, files.name, files.rendering, settings]),
    async open() {
      const persona = await openPersona(files, settings);
      return {
        async answer(prompt, signal) {
          const memory = new Memory({ id: "prompts", persona: persona.name });
          memory.hear(persona.labelOf(undefined), prompt);
          const bubbles: string[] = [];
          for await (const event of persona.reply(memory, { seed: 1, signal }))
            if (event.type === "bubble-end") bubbles.push(event.bubble);
          return bubbles;
        },
        close: () => persona.close(),
      };
    },
  };
}
