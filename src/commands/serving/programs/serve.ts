import type { Command } from "commander";
import { pino } from "pino";
import {
  addFlags,
  type Chosen,
  httpChoices,
  replyChoices,
  servedRun,
  type Table,
  withDefaults,
} from "../../../choices/index.ts";
import { runToServe } from "../../../handoffs/index.ts";
import { type HttpServer, type Persona, refuseOpenDoor, startServer } from "../../../serve/index.ts";
import { type CommandContext, interruptSignal, openContext } from "../../command.ts";
import { confirmIfLeaking, refuseIfLeaking } from "../leaking.ts";
import { chosenModel, modelChoices, openModelHere } from "../open-model.ts";
import { serveRunAndChoices } from "../open-run.ts";
import { requireSpeaker } from "../speakers.ts";
import { httpToken } from "./http-token.ts";
import { type ProgramPresence, programPresence } from "./program-presence.ts";

const examples = `
Examples:
  persona serve
  persona serve --port 8000 --as "Ben Ito"
  persona serve --model Qwen/Qwen2.5-0.5B-Instruct-GGUF
  persona serve --host 0.0.0.0 --token

  curl http://127.0.0.1:8421/v1/chat/completions -H "Content-Type: application/json" \\
    -d '{"model": "persona", "messages": [{"role": "user", "content": "hi"}]}'

docs/http.md says what is answered, and how other programs are told of it.`;

const serveChoices = {
  run: servedRun,
  ...httpChoices,
  as: {
    text: {},
    value: "name",
    otherwise: "somebody unknown",
    help: "who talks where a message says no name, as the run knows them",
  },
  candidates: replyChoices.candidates,
  ranking: replyChoices.ranking,
  guard: replyChoices.guard,
  gpu: replyChoices.gpu,
  whileTraining: replyChoices.whileTraining,
  server: replyChoices.server,
  serverModel: replyChoices.serverModel,
  ...modelChoices,
} as const satisfies Table;

type Flags = Chosen<typeof serveChoices> & { yes?: boolean };

export function registerServe(command: Command): void {
  addFlags(command, serveChoices)
    .option("--yes", "serve the run even if it was found to leak, without asking")
    .addHelpText("after", examples)
    .action(async (flags: Flags, command: Command) => {
      const context = await openContext(command);
      const { workspace, config, terminal } = context;
      const stopped = interruptSignal();
      const settings = withDefaults(httpChoices, flags, config.http);
      const { token, about } = await httpToken(workspace, settings.token ?? false);
      refuseOpenDoor(settings.host, token);
      const { answering, close } = await openAnswering(context, flags, settings.atOnce);
      try {
        const log = pino({ base: null }, pino.destination(2));
        const http = await startServer({ ...settings, token, answering, log });
        describe(context, http, { persona: answering.persona, tokenAbout: about });
        await untilStopped(stopped);
        terminal.note("Finishing what is being answered …");
        await http.close();
      } finally {
        await close();
      }
    });
}

type Answering = Parameters<typeof startServer>[0]["answering"];

/** Whoever answers: a run, or an instruction model. */
function openAnswering(
  context: CommandContext,
  flags: Flags,
  conversations: number,
): Promise<{ answering: Answering; close(): Promise<void> }> {
  const model = chosenModel(context, flags);
  return model === undefined
    ? openRun(context, flags, conversations)
    : openModel(context, model, flags, conversations);
}

async function openRun(context: CommandContext, flags: Flags, conversations: number) {
  const run = await runToServe(context.workspace, flags.run, context.passedOver);
  await confirmIfLeaking(context, run, flags.yes ?? false);
  let presence: ProgramPresence | undefined;
  const { candidates, ranking, guard, gpu, whileTraining, server, serverModel } = flags;
  const serving = await serveRunAndChoices(context, run, {
    flags: { candidates, ranking, guard, gpu, whileTraining, server, serverModel },
    conversations,
    isNamed: flags.run !== undefined,
    async admit(other) {
      await refuseIfLeaking(context, other, flags.yes ?? false);
      return (await presence?.prepareFor(other)) ?? (() => {});
    },
  });
  try {
    const known = await programPresence(context, serving);
    presence = known;
    if (flags.as !== undefined) requireSpeaker(known.known.speakers, flags.as);
    const answering: Answering = {
      persona: serving.persona,
      run: () => serving.run.id,
      openMask: () => known.openMask,
      labelOf: (name) => known.known.labelOf(name),
      as: flags.as,
    };
    return { answering, close: () => serving.close() };
  } catch (error) {
    await serving.close();
    throw error;
  }
}

/** It goes by its own name where a run goes by its id, and knows everybody as they call themselves. */
async function openModel(context: CommandContext, model: string, flags: Flags, conversations: number) {
  const { candidates, ranking, gpu, server, quantization, format, systemPrompt } = flags;
  const asked = { candidates, ranking, gpu, server, quantization, format, systemPrompt };
  const { persona } = await openModelHere(context, model, { flags: asked, conversations });
  const answering: Answering = {
    persona,
    run: () => persona.name,
    openMask: () => undefined,
    labelOf: (name) => name,
    as: flags.as,
  };
  return { answering, close: () => persona.close() };
}

function describe(
  { terminal }: CommandContext,
  { address }: HttpServer,
  { persona, tokenAbout }: { persona: Persona; tokenAbout: string | undefined },
): void {
  terminal.data({ address, openai: `${address}/v1` });
  terminal.note(`${persona.name} (${persona.about}) is at ${address}/v1. Ctrl-C ends it.`);
  if (tokenAbout !== undefined) terminal.note(`Clients must send the token, ${tokenAbout}.`);
}

function untilStopped(stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopped.aborted) resolve();
    stopped.addEventListener("abort", () => resolve(), { once: true });
  });
}
