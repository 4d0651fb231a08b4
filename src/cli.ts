#!/usr/bin/env node
import { existsSync } from "node:fs";
import { CommanderError } from "commander";
import { exitCodeOf, reportError } from "./commands/command.ts";
import { createProgram } from "./commands/program.ts";

// Whoever reads the output may stop reading: persona messages --json | head
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : 1));

try {
  // Secrets live in the environment; what is set there already wins.
  if (existsSync(".env")) process.loadEnvFile(".env");
  const program = await createProgram(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) reportError(error);
  process.exitCode = exitCodeOf(error);
}
