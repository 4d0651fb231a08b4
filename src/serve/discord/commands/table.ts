import { about } from "./about.ts";
import { ask } from "./ask.ts";
import { blind } from "./blind.ts";
import { goOn, regenerate, regenerateThis, reset, stop } from "./conversation.ts";
import { notMe, wrong } from "./correction.ts";
import { drafts } from "./drafts.ts";
import type { CommandTable } from "./interactions/index.ts";
import { pause, resume } from "./pause.ts";
import { forgetme, forgetThis, iam, optin, optout } from "./people/index.ts";
import { prompt } from "./prompt.ts";
import { stats } from "./stats.ts";
import { train } from "./training/index.ts";
import { model, persona } from "./voices.ts";
import { why } from "./why.ts";

/** What people can type after a slash, or choose from a message's menu. */
export const commandTable: CommandTable = {
  reset,
  regenerate,
  regenerateThis,
  continue: goOn,
  stop,
  ask,
  persona,
  model,
  iam,
  forgetme,
  forgetThis,
  optout,
  optin,
  about,
  why,
  wrong,
  notMe,
  blind,
  stats,
  prompt,
  train,
  pause,
  resume,
  drafts,
};
