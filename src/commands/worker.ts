import type { Command } from "commander";

export function registerWorker(program: Command): void {
  program.command("worker");
}
