import type { Command } from "commander";

export function registerBot(program: Command): void {
  program.command("bot");
}
