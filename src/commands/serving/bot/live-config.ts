import { stat } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { type Config, loadConfig } from "../../../config.ts";
import { UserError } from "../../../errors.ts";
import type { CommandContext } from "../../command.ts";

const pollMs = 1000;

/** What holds from the next message on; everything else holds once the bot starts again. */
const live = ["discord", "friends"] as const;
/** What a bot is opened with, or that has nothing to do with it. */
const others = ["persona", "reply"] as const;

/**
 * Looks after `persona.json` while a bot runs: what changes in it is in `context.config` from then on.
 *
 * With a mistake in it, or gone, the rules stay as they were: an editor that is at work must not lift a block.
 */
export function followConfig(context: CommandContext, onChange: () => Promise<void>): { stop(): void } {
  let known = stampOf(context.configFile);
  let before = known;
  const look = async () => {
    const now = await stampOf(context.configFile);
    // Whoever is still writing is given time to end.
    const isSettled = now === (await before);
    before = Promise.resolve(now);
    if (!isSettled || now === (await known)) return;
    known = before;
    if (await takeUp(context)) await onChange();
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look).catch(({ message }) => context.terminal.warn(message));
  }, pollMs).unref();
  return { stop: () => clearInterval(timer) };
}

/** Whether there is anything new. */
async function takeUp(context: CommandContext): Promise<boolean> {
  const { config: before, configFile, terminal } = context;
  try {
    const config = await loadConfig(configFile, { mustExist: true });
    const changed = (names: readonly (keyof Config)[]) =>
      names.filter((name) => !isDeepStrictEqual(config[name], before[name]));
    if (changed(others).length > 0)
      terminal.note(`persona.json: ${changed(others).join(" and ")} will hold when the bot starts again.`);
    if (changed(live).length === 0) return false;
    context.config = { ...before, discord: config.discord, friends: config.friends };
    terminal.note(`persona.json was read again: ${changed(live).join(" and ")} changed.`);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    terminal.warn(`${error.message}\n  What it said before still holds. Fix: ${error.fix}`);
    return false;
  }
}

/** Changes with whatever is written; empty where nothing can be seen. */
async function stampOf(file: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return "";
  }
}
