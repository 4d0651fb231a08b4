import type { Command } from "commander";

export function registerMessages(program: Command): void {
  program.command("messages");
}
