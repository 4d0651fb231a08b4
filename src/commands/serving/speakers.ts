import { didYouMean, isSameName } from "../../closest-names.ts";
import { orPassOver, UserError } from "../../errors.ts";
import { type RunRecord, readRunManifest, type ShardManifest } from "../../handoffs/index.ts";
import { openMessages } from "../../ingest/index.ts";
import { namesInDataSet } from "../../prepare/index.ts";
import type { PersonaFiles } from "../../serve/index.ts";
import { neutralLabel } from "../../transcript/index.ts";
import type { Workspace } from "../../workspace.ts";

/** Whom a run has heard: what training calls somebody, by the name that people know them by. */
export type Speakers = ReadonlyMap<string, string>;

/** Where training has other names than people have, the message store tells who is who. */
export async function speakersOf(
  workspace: Workspace,
  run: RunRecord,
  { speakers, tokenizerDirectory }: PersonaFiles,
): Promise<Speakers> {
  const manifest = await readRunManifest(workspace, run.id);
  const { realNames = "keep" } = manifest.settings;
  const asTheyAre = (labels: string[]) => labels.map((label) => [label, label] as const);
  if (realNames === "keep") return new Map(asTheyAre(speakers));
  const named = await fromStore(workspace, manifest, tokenizerDirectory);
  const heard = new Set(speakers);
  return new Map([
    ...asTheyAre(speakers.filter(isNeutral)),
    ...[...named].filter(([, label]) => heard.has(label)),
  ]);
}

async function fromStore(
  workspace: Workspace,
  manifest: ShardManifest,
  tokenizerDirectory: string,
): Promise<Map<string, string>> {
  const reading = openMessages(workspace).then((store) =>
    namesInDataSet(store, manifest, tokenizerDirectory),
  );
  // A bot may run where no messages are.
  return (await orPassOver(reading, () => {})) ?? new Map();
}

/** @throws {UserError} for a name that the run has not heard. */
export function requireSpeaker(speakers: Speakers, name: string): string {
  const label = speakerNamed(speakers, name);
  if (label !== undefined) return label;
  throw new UserError(`The run has heard nobody called "${name}".`, {
    fix: offer(speakers, name) ?? `Leave the name out: you are then ${neutralLabel}, as everybody else.`,
  });
}

/** Friends by their Discord ids with the names that training has; `warn` is told of each entry that means nobody. */
export function friendsOf(
  friends: Record<string, string>,
  speakers: Speakers,
  warn: (line: string) => void,
): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const [id, name] of Object.entries(friends)) {
    const label = speakerNamed(speakers, name);
    if (!isDiscordId(id)) warn(`friends in persona.json: ${whyNoId(id, name)}`);
    else if (label !== undefined) known.set(id, label);
    else
      warn(
        `friends in persona.json: the run has heard nobody called "${name}", so ${id} is ${neutralLabel}. ${offer(speakers, name) ?? ""}`.trim(),
      );
  }
  return known;
}

function whyNoId(id: string, name: string): string {
  return isDiscordId(name)
    ? `the Discord id comes first, "${name}": "${id}".`
    : `"${id}" is no Discord id of 17 to 20 digits. In Discord's developer mode, right-click the person and copy it.`;
}

function isDiscordId(text: string): boolean {
  return /^\d{17,20}$/.test(text);
}

/** What training calls somebody; undefined for a name that the run has not heard. */
export function speakerNamed(speakers: Speakers, name: string): string | undefined {
  for (const [known, label] of speakers) if (isSameName(known, name.trim())) return label;
  return undefined;
}

function offer(speakers: Speakers, name: string): string | undefined {
  return didYouMean(name, knownNames(speakers));
}

/** Everybody by name; those whom training has made nameless are left out. */
export function knownNames(speakers: Speakers): string[] {
  return [...speakers.keys()].filter((known) => !isNeutral(known));
}

function isNeutral(label: string): boolean {
  return label === neutralLabel || (label.startsWith(`${neutralLabel} `) && /\d$/.test(label));
}
