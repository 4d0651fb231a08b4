import { type Command, Option } from "commander";
import { UsageError } from "../errors.ts";
import type { Choice, Chosen, Table } from "./choice.ts";
import { describeDefault } from "./defaults.ts";
import { describeAllowed, isBlank, listOf, readValue, schemaOf } from "./values/index.ts";

/** Adds a flag for each choice of a table. What is typed is checked, and kept under the name of its choice. */
export function addFlags(command: Command, table: Table): Command {
  for (const [name, choice] of Object.entries(table)) {
    if (choice.flag === false) continue;
    const words = choice.flag ?? flagWithValue(name, choice);
    const flag = new Flag(name, words, describe(choice));
    if (!("boolean" in choice)) flag.argParser(readerOf(choice, flag.long ?? words));
    command.addOption(flag.makeOptionMandatory(choice.required ?? false));
    if (choice.no !== undefined) command.addOption(new Flag(name, words.replace("--", "--no-"), choice.no));
  }
  return command;
}

/** What was typed of these choices, where a command has others too. */
export function typedOf<T extends Table>(table: T, flags: Chosen<T>): Chosen<T> {
  const ofTable = Object.entries(flags).filter(([name]) => Object.hasOwn(table, name));
  return Object.fromEntries(ofTable) as Chosen<T>;
}

/** A flag whose value is kept under a name that does not follow from it. */
class Flag extends Option {
  readonly #name: string;

  constructor(name: string, flag: string, help: string) {
    super(flag, help);
    this.#name = name;
  }

  override attributeName(): string {
    return this.#name;
  }
}

/** `--context-length`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A value as it is typed: `--learning-rate 0.0001`, `--lora`, `--no-lora`; nothing where its absence says the same. */
export function wordsOf(name: string, value: unknown, choice?: Choice): string[] {
  if (value === undefined) return [];
  if (typeof value !== "boolean") return [flagOf(name), String(value)];
  if (value) return [flagOf(name)];
  return choice?.no === undefined ? [] : [flagOf(name).replace("--", "--no-")];
}

/** `--context-length <tokens>`. */
function flagWithValue(name: string, choice: Choice): string {
  const value = choice.value ?? choice.unit ?? placeholderOf(choice);
  return "boolean" in choice ? flagOf(name) : `${flagOf(name)} <${value}>`;
}

function placeholderOf(choice: Choice): string {
  if ("oneOf" in choice) return "kind";
  if ("day" in choice) return "day";
  return "text" in choice || "names" in choice ? "name" : "n";
}

/** The help of a choice, with what it may be and what holds otherwise: `… (cosine, constant or wsd; default: cosine)`. */
function describe(choice: Choice): string {
  const words = "oneOf" in choice ? listOf(choice.oneOf) : undefined;
  const isOff = "boolean" in choice && choice.otherwise === undefined;
  const otherwise = isOff ? undefined : describeDefault(choice);
  const notes = [words, otherwise && `default: ${otherwise}`].filter((note) => note !== undefined);
  return notes.length > 0 ? `${choice.help} (${notes.join("; ")})` : choice.help;
}

function readerOf(choice: Choice, flag: string): (text: string, before: unknown) => unknown {
  const isList = "names" in choice || "numbers" in choice;
  return (text, before) => {
    const others = (before as unknown[] | undefined) ?? [];
    return isList ? readChoice(choice, flag, text, others) : readChoice(choice, flag, text);
  };
}

/** The value that a text stands for, checked; with `before`, one more of a list. */
export function readChoice(choice: Choice, flag: string, text: string, before?: unknown[]): unknown {
  const value = readValue(choice, text);
  const read = schemaOf(choice).safeParse(before ? [...before, value] : value);
  if (read.success) return read.data;
  throw refusal(choice, flag, text);
}

function refusal(choice: Choice, flag: string, text: string): UsageError {
  const otherwise = describeDefault(choice);
  if (("text" in choice || "names" in choice) && isBlank(text)) return emptyValue(flag);
  return new UsageError(`${flag} takes ${describeAllowed(choice)}, not ${text === "" ? '""' : text}.`, {
    fix: `Choose another value, or leave it out${otherwise ? ` (default: ${otherwise})` : ""}.`,
  });
}

/** What is given and empty, most often by a variable that is not set. */
export function emptyValue(what: string): UsageError {
  return new UsageError(`${what} is empty.`, { fix: "Give it a value, or leave it out." });
}
