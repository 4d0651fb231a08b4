import type { APIApplicationCommand, APIApplicationCommandOption } from "discord.js";

/** A command as somebody typed it: `/persona use name:Ana`. */
export interface CommandLine {
  command: APIApplicationCommand;
  options: TypedOption[];
}

export interface TypedOption {
  name: string;
  type: number;
  value?: unknown;
  options?: TypedOption[];
  focused?: boolean;
}

export const optionTypes = {
  ...{ subcommand: 1, group: 2, integer: 4, boolean: 5, user: 6, channel: 7, role: 8, number: 10 },
} as const;

interface Parsing {
  /** In a question for completions, the last option is being typed. */
  isUnfinished?: boolean;
}

/** Reads what somebody typed as Discord's client does: only what is registered can be typed. */
export function readCommandLine(
  commands: APIApplicationCommand[],
  line: string,
  { isUnfinished = false }: Parsing = {},
): CommandLine {
  const [name = "", ...words] = line.replace(/^\//, "").split(" ");
  const command = commands.find((each) => each.type === 1 && each.name === name);
  if (command === undefined) throw new Error(`/${name} is not offered here; ${offered(commands)}.`);
  const options = optionsFrom(command.options ?? [], words, `/${name}`);
  if (isUnfinished) lastOf(options).focused = true;
  else requireAll(command.options ?? [], options, `/${name}`);
  return { command, options };
}

function offered(commands: APIApplicationCommand[]): string {
  const names = commands.filter(({ type }) => type === 1).map(({ name }) => `/${name}`);
  return names.length === 0 ? "no command is" : `${names.join(", ")} are`;
}

function optionsFrom(known: APIApplicationCommandOption[], words: string[], line: string): TypedOption[] {
  const isNested = known.some(({ type }) => type === optionTypes.subcommand || type === optionTypes.group);
  if (!isNested) return valuesFrom(known, words.join(" "), line);
  const [name = "", ...rest] = words;
  const inner = known.find((option) => option.name === name);
  if (inner === undefined) throw new Error(`${line} has no part called ${name}.`);
  const options = "options" in inner ? (inner.options ?? []) : [];
  return [{ name, type: inner.type, options: optionsFrom(options, rest, `${line} ${name}`) }];
}

/** `name:value` pairs; a value goes on to the next name of an option. */
function valuesFrom(known: APIApplicationCommandOption[], text: string, line: string): TypedOption[] {
  if (text.trim() === "") return [];
  const parts = text.split(/(?:^|\s)([-_\p{L}\p{N}]+):/u);
  if (parts[0]?.trim() !== "") throw new Error(`${line}: ${parts[0]} stands before the name of an option.`);
  const typed: TypedOption[] = [];
  for (let index = 1; index < parts.length; index += 2) {
    const name = parts[index] ?? "";
    const option = known.find((each) => each.name === name);
    const value = parts[index + 1] ?? "";
    const last = typed.at(-1);
    // Such as the colon of a time in what is written.
    if (option === undefined && last !== undefined) last.value = `${last.value} ${name}:${value}`;
    else if (option === undefined) throw new Error(`${line} has no option called ${name}.`);
    else typed.push({ name, type: option.type, value });
  }
  return typed.map((each) => ({ ...each, value: valueFor(known, each, line) }));
}

function valueFor(
  known: APIApplicationCommandOption[],
  { name, type, value }: TypedOption,
  line: string,
): unknown {
  const option = known.find((each) => each.name === name);
  const text = String(value).trim();
  if (type === optionTypes.boolean) return text === "true";
  if (type === optionTypes.integer || type === optionTypes.number) return Number(text);
  const choices = option !== undefined && "choices" in option ? (option.choices ?? []) : [];
  if (choices.length === 0) return mentionedId(text);
  const choice = choices.find((each) => each.name === text || each.value === text);
  if (choice === undefined) throw new Error(`${line} ${name}: ${text} is none of its choices.`);
  return choice.value;
}

/** People, channels and roles are chosen by mentioning them. */
function mentionedId(text: string): string {
  return /^<(?:@[!&]?|#)(\d+)>$/.exec(text)?.[1] ?? text;
}

function lastOf(options: TypedOption[]): TypedOption {
  const last = options.at(-1);
  if (last === undefined) throw new Error("Nothing is being typed that could be completed.");
  return last.options === undefined ? last : lastOf(last.options);
}

function requireAll(known: APIApplicationCommandOption[], typed: TypedOption[], line: string): void {
  for (const option of known) {
    const given = typed.find(({ name }) => name === option.name);
    const isRequired = "required" in option && option.required === true;
    if (isRequired && given === undefined) throw new Error(`${line} needs ${option.name}.`);
    if (given?.options !== undefined && "options" in option)
      requireAll(option.options ?? [], given.options, `${line} ${option.name}`);
  }
}

/** What the options of a kind name. */
export function idsIn(options: TypedOption[], type: number): string[] {
  return options.flatMap((option) => [
    ...(option.type === type ? [String(option.value)] : []),
    ...idsIn(option.options ?? [], type),
  ]);
}
