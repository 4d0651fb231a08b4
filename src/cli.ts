#!/usr/bin/env node
import { existsSync } from "node:fs";
import { CommanderError } from "commander";
import { exitCodeOf, reportError } from "./commands/command.ts";
import { createProgram } from "./commands/program.ts";

try {
  // Secrets live in the environment; what is set there already wins.
  if (existsSync(".env")) process.loadEnvFile(".env");
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) reportError(error);
  process.exitCode = exitCodeOf(error);
}
