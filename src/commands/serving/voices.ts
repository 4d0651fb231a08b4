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
import { friendsFor, mannersFor } from "./bot-presence.ts";
import { refuseIfLeaking } from "./leaking.ts";
import { openModelHere } from "./open-model.ts";
import { openRunHere } from "./open-persona.ts";

interface VoicesOptions {
  settings: () => Pick<DiscordSettings, "personas" | "models">;
  flags: Chosen<typeof replyChoices>;
  /** Whether runs that were found to leak may speak. */
  mayLeak: boolean;
  /** Of the bot's own voice: further ones remember in the same folder. */
  memories: Memories;
}

type OpenedVoice = Awaited<ReturnType<VoiceSource["open"]>>;

/** Fewer than of the voice that most friends talk to: each costs memory. */
const conversationsAtOnce = 4;

export function furtherVoices(context: CommandContext, options: VoicesOptions): VoiceSource {
  const { settings } = options;
  const found = () => [
    ...settings().personas.map((ref) => ({ key: `run ${ref}`, ref, isModel: false })),
    ...settings().models.map((ref) => ({ key: `model ${ref}`, ref, isModel: true })),
  ];
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
      return voice.isModel ? openModel(context, voice, options) : openRun(context, voice, options);
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
  options: VoicesOptions,
): Promise<OpenedVoice> {
  const { workspace, passedOver } = context;
  const run = await runToServe(workspace, ref, passedOver);
  await refuseIfLeaking(context, run, options.mayLeak);
  const asked = { flags: options.flags, conversations: conversationsAtOnce, place: undefined };
  const opened = await openRunHere(context, run, asked);
  const { persona, openMask } = opened;
  const [{ friends }, manners] = await Promise.all([
    friendsFor(context, run),
    mannersFor(context, run, opened),
  ]);
  const memories = options.memories.ofAnother({
    persona: persona.name,
    keptAs: `${persona.name} ${key}`,
    openMask,
  });
  return voiceWith({ persona, memories, manners: () => manners, friendOf: (id) => friends[id] });
}

async function openModel(
  context: CommandContext,
  { key, ref }: Asked,
  options: VoicesOptions,
): Promise<OpenedVoice> {
  const asked = { flags: options.flags, conversations: conversationsAtOnce };
  const { persona, manners } = await openModelHere(context, ref, asked);
  const { name } = persona;
  const memories = options.memories.ofAnother({
    persona: name,
    keptAs: `${name} ${key}`,
    openMask: undefined,
  });
  return voiceWith({
    persona,
    memories,
    manners: () => manners,
    friendOf: (id) => context.config.friends[id],
  });
}

function voiceWith(voice: Omit<OpenedVoice, "close">): OpenedVoice {
  return {
    ...voice,
    async close() {
      await voice.memories.close();
      await voice.persona.close();
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
