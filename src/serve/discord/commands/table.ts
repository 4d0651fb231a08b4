import { about } from "./about.ts";
import { goOn, regenerate, regenerateThis, reset, stop } from "./conversation.ts";
import type { CommandTable } from "./interactions/index.ts";
import { pause, resume } from "./pause.ts";
import { forgetme } from "./people.ts";
import { stats } from "./stats.ts";

/** What people can type after a slash, or choose from a message's menu. */
export const commandTable: CommandTable = {
  reset,
  regenerate,
  regenerateThis,
  continue: goOn,
  stop,
  forgetme,
  about,
  stats,
  pause,
  resume,
};
