import type { Command } from "commander";

export function registerRuns(program: Command): void {
  program.command("runs");
}
