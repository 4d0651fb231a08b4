import type { Command } from "commander";

export function registerPrepare(program: Command): void {
  program.command("prepare");
}
