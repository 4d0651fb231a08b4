import { about } from "./about.ts";
import type { CommandTable } from "./command.ts";
import { reset } from "./conversation.ts";
import { forgetme } from "./people.ts";

export const commandTable: CommandTable = { reset, forgetme, about };
