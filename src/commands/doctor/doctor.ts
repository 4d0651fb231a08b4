import type { Command } from "commander";
import { ensurePython } from "../../python.ts";
import type { Terminal } from "../../terminal.ts";
import { openContext } from "../command.ts";
import { readOwnList } from "../own-list.ts";
import { type CheckResult, findings } from "./checks.ts";

const examples = `
Examples:
  persona doctor
  persona doctor --install     # the Python environment too, with the queue's server in it`;

export function registerDoctor(command: Command): void {
  command
    .option("--install", "make the Python environment when it is missing")
    .addHelpText("after", examples)
    .action(async ({ install = false }: { install?: boolean }, command: Command) => {
      const { terminal, workspace, config } = await openContext(command);
      await readOwnList(config);
      if (install) await ensurePython(terminal.note);
      const found = await findings(workspace);
      for (const finding of found) show(finding, terminal);
      terminal.data(found);
      if (found.some(({ state }) => state === "missing")) process.exitCode = 1;
    });
}

const marks = { ok: "✔", optional: "–", missing: "✘" };

function show({ name, state, found, fix }: CheckResult, terminal: Terminal): void {
  terminal.note(`${marks[state]} ${name.padEnd(14)} ${found}`);
  if (fix !== undefined) terminal.note(`${" ".repeat(17)}→ ${fix}`);
}
