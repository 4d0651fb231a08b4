/** Those whom `/persona` and `/model` may have answer beside the run or model that the bot was started with. */
import type { Chosen, replyChoices } from "../../choices/index.ts";
import { orPassOver } from "../../errors.ts";
import { type RunRecord, runToServe } from "../../handoffs/index.ts";
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
  /** `persona.json` has other friends than before. */
  readFriendsAgain(): Promise<void>;
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
  return {
    keys: () => found().map(({ key }) => key),
    async offers() {
      const offers = await Promise.all(
        found().map(({ key, ref, isModel }) =>
          isModel ? modelOffer(key, ref) : orPassOver(runOffer(context, key, ref), context.passedOver),
        ),
      );
      return toldApart(offers.filter((offer) => offer !== undefined));
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
    async readFriendsAgain() {
      for (const presence of opened) await presence.readFriendsAgain();
    },
  };
}

interface Asked {
  key: string;
  ref: string;
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

async function runOffer(
  { workspace, passedOver }: CommandContext,
  key: string,
  ref: string,
): Promise<VoiceOffer> {
  const run: RunRecord = await runToServe(workspace, ref, passedOver);
  const { name, about } = await personaOfRun(workspace, run);
  return { key, name, kind: "persona", about };
}

function modelOffer(key: string, ref: string): VoiceOffer {
  return { key, name: nameOfModel(ref), kind: "model", about: `instruction model ${nameOfModel(ref)}` };
}

/** Two of one name are called by what their owner calls them too. */
function toldApart(offers: VoiceOffer[]): VoiceOffer[] {
  return offers.map((offer) => {
    const isUnique = offers.filter(({ name }) => name === offer.name).length === 1;
    const reference = offer.key.slice(offer.key.indexOf(" ") + 1);
    return isUnique ? offer : { ...offer, name: `${offer.name} (${reference.slice(-40)})` };
  });
}
