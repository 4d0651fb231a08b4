import type { Command } from "commander";
import { pino } from "pino";
import {
  addFlags,
  type Chosen,
  httpChoices,
  type Table,
  typedOf,
  withDefaults,
} from "../../../choices/index.ts";
import {
  type HttpServer,
  type Persona,
  refuseOpenDoor,
  requireFreePort,
  startServer,
} from "../../../serve/index.ts";
import { type CommandContext, interruptSignal, openContext } from "../../command.ts";
import { confirmIfLeaking } from "../leaking.ts";
import { httpToken } from "./http-token.ts";
import { answeringChoices, openAnswering } from "./open-answering.ts";

const examples = `
Examples:
  persona serve
  persona serve --port 8000 --as "Ben Ito"
  persona serve --host 0.0.0.0 --token

  curl http://127.0.0.1:8421/v1/chat/completions -H "Content-Type: application/json" \\
    -d '{"model": "persona", "messages": [{"role": "user", "content": "hi"}]}'

docs/http.md says what is answered, and how other programs are told of it.`;

const serveChoices = {
  ...answeringChoices,
  ...httpChoices,
  as: {
    text: {},
    value: "name",
    otherwise: "somebody unknown",
    help: "who talks where a message says no name, as the run knows them",
  },
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
      await requireFreePort(settings);
      const { talking, close } = await openAnswering(context, typedOf(answeringChoices, flags), {
        yes: flags.yes ?? false,
        conversations: settings.atOnce,
        as: flags.as,
        check: confirmIfLeaking,
      });
      try {
        const log = pino({ base: null }, pino.destination(2));
        const http = await startServer({ ...settings, token, answering: talking, log });
        describe(context, http, { persona: talking.persona, tokenAbout: about });
        await untilStopped(stopped);
        terminal.note("Finishing what is being answered …");
        await http.close();
      } finally {
        await close();
      }
    });
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
