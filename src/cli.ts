#!/usr/bin/env node
import { CommanderError } from "commander";
import { exitCodeOf, reportError } from "./commands/command.ts";
import { createProgram } from "./commands/program.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) reportError(error);
  process.exitCode = exitCodeOf(error);
}
