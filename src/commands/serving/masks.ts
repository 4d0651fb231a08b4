import { orPassOver } from "../../errors.ts";
import { type RunRecord, readRunManifest } from "../../handoffs/index.ts";
import { openMessages } from "../../ingest/index.ts";
import { masksOfDataSet } from "../../prepare/index.ts";
import type { OpenMask, PersonaFiles } from "../../serve/index.ts";
import type { CommandContext } from "../command.ts";
import { readOwnList } from "../own-list.ts";

/**
 * Masks what friends write as a run has seen such words, before it is a prompt or remembered; undefined where the run's
 * data set masked nothing.
 */
export async function masksFor(
  { workspace, config, terminal }: CommandContext,
  run: RunRecord,
  { tokenizerDirectory }: PersonaFiles,
): Promise<OpenMask | undefined> {
  const manifest = await readRunManifest(workspace, run.id);
  const { realNames = "keep" } = manifest.settings;
  let store: Awaited<ReturnType<typeof openMessages>> | undefined;
  if (realNames !== "keep") {
    store = await orPassOver(openMessages(workspace), () => {});
    if (store === undefined)
      terminal.warn(
        "Names in what friends write stay as they are: there are no messages here that say whose they are.",
      );
  }
  const ownRules = await readOwnList(config);
  const openMask = await masksOfDataSet(manifest, { ownRules, store, tokenizerDirectory });
  if (openMask === undefined) return undefined;
  return () => {
    const mask = openMask();
    return (words, speakers) => mask(withoutPictures(words), speakers);
  };
}

/**
 * What Discord's buttons send for a GIF or a sticker is a link to it. In an export these are no text, and so training has
 * never seen a word of them.
 */
const picture =
  /https?:\/\/(?:(?:www\.)?(?:tenor|klipy)\.com\/(?:[a-z-]{2,7}\/)?(?:view|gifs?)\/|(?:[a-z0-9-]+\.)?giphy\.com\/|(?:media|c)\d*\.tenor\.com\/|(?:static|media)\.klipy\.com\/|(?:media|cdn)\.discordapp\.(?:com|net)\/(?:stickers|emojis)\/)\S+/giu;

function withoutPictures(words: string): string {
  return words.replace(picture, "").trim();
}
