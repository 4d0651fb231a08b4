import { readFile } from "node:fs/promises";
import * as z from "zod";
import {
  discordChoices,
  exampleSection,
  filled,
  httpChoices,
  leavesDays,
  prepareChoices,
  replyChoices,
  sectionOf,
  type Table,
  trainChoices,
  withDefaults,
} from "./choices/index.ts";
import { didYouMean } from "./closest-names.ts";
import { UserError } from "./errors.ts";
import { printable } from "./printable.ts";

/**
 * Every choice there is. Secrets are not choices: they come from the environment.
 *
 * Made when a file is to be read: a schema of so many parts takes a tenth of the time that a command needs to start.
 */
export const Config = z.lazy(() =>
  z.strictObject({
    /** Whose voice to learn, spelled as in the export. Unset: the owner of the export. */
    persona: filled(z.string())
      .nullish()
      .transform((name) => name ?? undefined),
    // Days that flags name are held against these where both are known.
    prepare: settled(prepareChoices).refine(leavesDays, "no day is left between since and until"),
    /** Only what was chosen: a run's record keeps that apart from the trainer's defaults. */
    train: sectionOf(trainChoices).prefault({}),
    /** Only what was chosen: the rest depends on the run that answers. */
    reply: sectionOf(replyChoices).prefault({}),
    discord: settled(discordChoices),
    http: settled(httpChoices),
    /** Discord user id to the name that training knows. */
    friends: z.record(z.string(), filled(z.string())).default({}).transform(friendsIn),
  }),
);
export type Config = z.infer<typeof Config>;

/** What `Config` makes of an empty file. */
function defaultConfig(): Config {
  return {
    persona: undefined,
    prepare: withDefaults(prepareChoices),
    train: {},
    reply: {},
    discord: withDefaults(discordChoices),
    http: withDefaults(httpChoices),
    friends: friendsIn({}),
  };
}

/** Names as people type them elsewhere, and nobody beside those who are listed: who asks may call themselves `constructor`. */
function friendsIn(listed: Record<string, string>): Record<string, string> {
  const trimmed = Object.entries(listed).map(([id, name]) => [id, name.trim()]);
  return Object.assign(Object.create(null), Object.fromEntries(trimmed));
}

function settled<T extends Table>(table: T) {
  return sectionOf(table)
    .prefault({})
    .transform((chosen) => withDefaults(table, chosen));
}

/** Reads `persona.json`; a missing file means every default, unless somebody asked for it by name. */
export async function loadConfig(path: string, { mustExist = false } = {}): Promise<Config> {
  const json = await readJson(path, mustExist);
  if (json === undefined) return defaultConfig();
  const config = Config.safeParse(json);
  if (config.success) return config.data;

  throw new UserError(`${path} has a mistake in it: ${config.error.issues.map(describe).join("; ")}`, {
    fix: [nearestField(config.error), "See persona.example.json for every field and its default."]
      .filter((sentence) => sentence !== undefined)
      .join(" "),
    cause: config.error,
  });
}

/** On one line, with where it stands: `Unrecognized key: "epoch" (in train)`. */
function describe({ message, path }: z.core.$ZodIssue): string {
  const place = path.length > 0 ? ` (in ${path.join(".")})` : "";
  return printable(`${message}${place}`, 300);
}

/** For the first field that was mistyped, those that there are in its place. */
function nearestField({ issues }: z.ZodError): string | undefined {
  const unknown = issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown === undefined) return undefined;
  const place = unknown.path.reduce<unknown>(
    (fields, name) => (fields as Record<PropertyKey, unknown> | undefined)?.[name],
    everyField,
  );
  const [typed] = unknown.keys;
  return typed === undefined ? undefined : didYouMean(typed, Object.keys(place ?? {}));
}

/** The sections of `persona.json`, with a field for each choice. */
export const exampleSections = {
  prepare: exampleSection(prepareChoices),
  train: exampleSection(trainChoices),
  reply: exampleSection(replyChoices),
  discord: exampleSection(discordChoices),
  http: exampleSection(httpChoices),
};
const everyField = { persona: null, ...exampleSections, friends: {} };

async function readJson(path: string, mustExist: boolean): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !mustExist) return undefined;
    throw new UserError(`${path} cannot be read${code === "ENOENT" ? ": it is not there" : ""}.`, {
      fix: code === "EACCES" ? "Check its permissions." : "Pass a file such as persona.json with --config.",
      cause: error,
    });
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new UserError(`${path} is not valid JSON: ${printable((error as Error).message, 300)}`, {
      fix: "See persona.example.json for every field and its default.",
    });
  }
}
