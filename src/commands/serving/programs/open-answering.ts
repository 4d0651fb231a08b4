/** Whoever answers other programs is opened here: a run, or an instruction model in its place. */
import { type Chosen, replyChoices, servedRun, type Table } from "../../../choices/index.ts";
import { runToServe } from "../../../handoffs/index.ts";
import { Memories, type Talking } from "../../../serve/index.ts";
import type { CommandContext } from "../../command.ts";
import { type confirmIfLeaking, refuseIfLeaking } from "../leaking.ts";
import { chosenModel, describeModel, modelChoices, serveModel } from "../open-model.ts";
import { serveRunAndChoices } from "../open-run.ts";
import { requireSpeaker } from "../speakers.ts";
import { type ProgramPresence, programPresence } from "./program-presence.ts";

/** Who answers, and how. */
export const answeringChoices = {
  run: servedRun,
  ...modelChoices,
  candidates: replyChoices.candidates,
  ranking: replyChoices.ranking,
  guard: replyChoices.guard,
  gpu: replyChoices.gpu,
  whileTraining: replyChoices.whileTraining,
  server: replyChoices.server,
  serverModel: replyChoices.serverModel,
} as const satisfies Table;

interface OpenOptions {
  /** Lets a run that was found to leak answer, without asking. */
  yes: boolean;
  conversations?: number;
  /** Who talks where nobody says so. */
  as?: string | undefined;
  /** What keeps a run from answering that was found to leak. */
  check: typeof confirmIfLeaking;
}

interface Opened {
  talking: Talking;
  close(): Promise<void>;
}

export async function openAnswering(
  context: CommandContext,
  { run, ...typed }: Chosen<typeof answeringChoices>,
  options: OpenOptions,
): Promise<Opened> {
  const model = chosenModel(context, { run, ...typed });
  if (model === undefined) return openRun(context, { run, ...typed }, options);
  const { persona, close } = await serveModel(context, model, { flags: typed, ...options });
  context.terminal.note(describeModel(persona));
  const talking = {
    persona,
    memories: new Memories({ persona: persona.name }),
    run: () => persona.name,
    openMask: () => undefined,
    // It knows everybody as they call themselves.
    labelOf: (name: string) => name,
    as: options.as,
  };
  return { talking, close };
}

async function openRun(
  context: CommandContext,
  { run: asked, ...flags }: Chosen<typeof answeringChoices>,
  { yes, conversations, as, check }: OpenOptions,
): Promise<Opened> {
  const run = await runToServe(context.workspace, asked, context.passedOver);
  await check(context, run, yes);
  let presence: ProgramPresence | undefined;
  const serving = await serveRunAndChoices(context, run, {
    flags,
    conversations,
    isNamed: asked !== undefined,
    onOpening: context.terminal.note,
    async admit(other) {
      await refuseIfLeaking(context, other, yes);
      return (await presence?.prepareFor(other)) ?? (() => {});
    },
  });
  try {
    const door = await programPresence(context, serving);
    presence = door;
    if (as !== undefined) requireSpeaker(door.known.speakers, as);
    const talking = {
      persona: serving.persona,
      memories: door.memories,
      run: () => serving.run.id,
      openMask: () => door.openMask,
      labelOf: (name: string) => door.known.labelOf(name),
      as,
    };
    return { talking, close: () => serving.close() };
  } catch (error) {
    await serving.close();
    throw error;
  }
}
