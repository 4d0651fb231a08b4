import type { Workspace } from "../../workspace.ts";
import { commandLine } from "../command.ts";

/** What to do after the demo: commands to paste, which find what it has made, and those for one's own messages. */
export function nextSteps(
  demo: Workspace,
  own: Workspace,
  { isMeasured }: { isMeasured: boolean },
): string[] {
  const withDemo = [
    [commandLine(demo, ["chat"]), "talk to it here"],
    ...(isMeasured ? [] : [[commandLine(demo, ["eval"]), "how like her it is, and what it gives away"]]),
    [commandLine(demo, ["bot"]), "friends talk to it on Discord: docs/discord.md"],
  ];
  const withOwn = [
    [`${commandLine(own, ["import"])} ~/Downloads/facebook-*.zip`, "docs/import.md says how to get that"],
    [commandLine(own, ["train"]), ""],
  ];
  return ["\nGo on with it:", ...aligned(withDemo), "With your own messages:", ...aligned(withOwn)];
}

function aligned(commands: string[][]): string[] {
  const width = Math.max(...commands.map(([command = ""]) => command.length));
  return commands.map(([command = "", about = ""]) =>
    `  ${command.padEnd(width)}${about && `   # ${about}`}`.trimEnd(),
  );
}
