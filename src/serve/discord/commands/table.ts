import { about } from "./about.ts";
import { ask } from "./ask.ts";
import { goOn, regenerate, regenerateThis, reset, stop } from "./conversation.ts";
import { drafts } from "./drafts.ts";
import { iam } from "./identity.ts";
import type { CommandTable } from "./interactions/index.ts";
import { pause, resume } from "./pause.ts";
import { forgetme, optin, optout } from "./people.ts";
import { stats } from "./stats.ts";

/** What people can type after a slash, or choose from a message's menu. */
export const commandTable: CommandTable = {
  reset,
  regenerate,
  regenerateThis,
  continue: goOn,
  stop,
  ask,
  iam,
  forgetme,
  optout,
  optin,
  about,
  stats,
  pause,
  resume,
  drafts,
};
