/** Those whom `/persona` and `/model` may have answer beside the run or model that the bot was started with. */
import type { Chosen, replyChoices } from "../../choices/index.ts";
import { orPassOver } from "../../errors.ts";
import { runToServe } from "../../handoffs/index.ts";
import {
  type DiscordSettings,
  type Memories,
  nameOfModel,
  personaOfRun,
  type VoiceOffer,
  type VoiceSource,
} from "../../serve/index.ts";
import type { CommandContext } from "../command.ts";
import { BotPresence } from "./bot-presence.ts";
import { refuseIfLeaking } from "./leaking.ts";
import { serveModel } from "./open-model.ts";
import { type Means, serveRunAndChoices } from "./open-run.ts";

interface VoicesOptions {
  settings: () => Pick<DiscordSettings, "personas" | "models">;
  flags: Chosen<typeof replyChoices>;
  /** Whether runs that were found to leak may speak. */
  mayLeak: boolean;
  /** Of the bot's own voice: further ones remember in the same folder. */
  memories: Memories;
}

type OpenedVoice = Awaited<ReturnType<VoiceSource["open"]>> & {
  /** What a run knows of people; a model knows nothing. */
  presence?: BotPresence;
};

/** Fewer than of the voice that most friends talk to: each costs memory. */
const conversationsAtOnce = 4;

/** Voices that are opened when they are first chosen. */
interface FurtherVoices extends VoiceSource {
  /** `persona.json` has changed: friends may be others than before. */
  readAgain(): Promise<void>;
}

/** @param means What a test puts in the place of a GPU. */
export function furtherVoices(
  context: CommandContext,
  options: VoicesOptions,
  means: Means = {},
): FurtherVoices {
  const { settings } = options;
  const found = () => [
    ...settings().personas.map((ref) => ({ key: `run ${ref}`, ref, isModel: false })),
    ...settings().models.map((ref) => ({ key: `model ${ref}`, ref, isModel: true })),
  ];
  const opened = new Set<BotPresence>();
  /** Asked for with each letter that somebody types. */
  const offered = new Map<string, VoiceOffer>();
  const offer = async (voice: Asked): Promise<VoiceOffer | undefined> => {
    const known = offered.get(voice.key) ?? (await orPassOver(offerOf(context, voice), context.passedOver));
    if (known !== undefined) offered.set(voice.key, known);
    return known;
  };
  return {
    keys: () => found().map(({ key }) => key),
    async offers() {
      const offers = await Promise.all(found().map(offer));
      return offers.filter((each) => each !== undefined);
    },
    async open(key) {
      const voice = found().find((each) => each.key === key);
      if (voice === undefined) throw new Error(`No voice ${key} was allowed.`);
      const { presence, ...loaded } = voice.isModel
        ? await openModel(context, voice, options, means)
        : await openRun(context, voice, options, means);
      if (presence !== undefined) opened.add(presence);
      const { name, about, engine } = loaded.persona;
      context.terminal.note(`${name} is loaded too: ${about}; ${engine}.`);
      return loaded;
    },
    async readAgain() {
      offered.clear();
      for (const presence of opened) await presence.readFriendsAgain();
    },
  };
}

interface Asked {
  key: string;
  ref: string;
  isModel: boolean;
}

async function openRun(
  context: CommandContext,
  { key, ref }: Asked,
  { flags, mayLeak, memories }: VoicesOptions,
  means: Means,
): Promise<OpenedVoice> {
  const { workspace, passedOver } = context;
  const run = await runToServe(workspace, ref, passedOver);
  await refuseIfLeaking(context, run, mayLeak);
  const asked = { flags, conversations: conversationsAtOnce, isNamed: true };
  const serving = await serveRunAndChoices(context, run, asked, means);
  const { persona, openMask } = serving;
  try {
    const own = memories.ofAnother({ persona: persona.name, keptAs: `${persona.name} ${key}`, openMask });
    const presence = await BotPresence.open(context, run, serving, { memories: own });
    return {
      persona,
      presence,
      memories: own,
      manners: () => presence.manners,
      friendOf: (id) => presence.friendOf(id),
      async close() {
        await presence.close();
        await serving.close();
      },
    };
  } catch (error) {
    await serving.close();
    throw error;
  }
}

async function openModel(
  context: CommandContext,
  { key, ref }: Asked,
  { flags, memories }: VoicesOptions,
  { openCard }: Means,
): Promise<OpenedVoice> {
  const asked = { flags, conversations: conversationsAtOnce };
  const { persona, manners, close } = await serveModel(context, ref, asked, openCard);
  const { name } = persona;
  const own = memories.ofAnother({ persona: name, keptAs: `${name} ${key}`, openMask: undefined });
  return {
    persona,
    memories: own,
    manners: () => manners,
    friendOf: (id) => context.config.friends[id],
    async close() {
      await own.close();
      await close();
    },
  };
}

async function offerOf(
  { workspace, passedOver }: CommandContext,
  { key, ref, isModel }: Asked,
): Promise<VoiceOffer> {
  if (isModel) {
    const name = nameOfModel(ref);
    return { key, name, reference: ref, kind: "model", about: `instruction model ${name}` };
  }
  const run = await runToServe(workspace, ref, passedOver);
  const { name, about } = await personaOfRun(workspace, run);
  return { key, name, reference: ref, kind: "persona", about };
}
