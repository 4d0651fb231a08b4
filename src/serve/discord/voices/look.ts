import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { discordChoices, Settled } from "../../../choices/index.ts";
import { codeOf } from "../../../disk-errors.ts";
import { UserError } from "../../../errors.ts";
import type { StateFile } from "../people/index.ts";

export type LookSettings = Pick<Settled<typeof discordChoices>, "profile" | "avatars" | "bios">;

/** How somebody appears. */
export interface Appearance {
  name: string;
  /** As a data URI. */
  avatar: string | undefined;
  bio: string | undefined;
  /** Changes with any of them. */
  hash: string;
}

/** More than Discord shows of a picture. */
const maxAvatarBytes = 8_000_000;
const maxBio = 190;

/** How those who speak appear. A picture is read once, and again when its file has changed or another one is named. */
export class Looks {
  readonly #settings: () => Pick<LookSettings, "avatars" | "bios">;
  readonly #known = new Map<string, { made: string; look: Appearance }>();

  constructor(settings: () => Pick<LookSettings, "avatars" | "bios">) {
    this.#settings = settings;
  }

  /**
   * How whoever has that name appears.
   *
   * @throws {UserError} for a picture that Discord would not take.
   */
  async of(name: string): Promise<Appearance> {
    const { avatars, bios } = this.#settings();
    const file = avatars[name];
    const bio = bios[name]?.slice(0, maxBio);
    const made = JSON.stringify([bio, file, file && (await stampOf(file))]);
    const known = this.#known.get(name);
    if (known?.made === made) return known.look;
    const look = lookOf(name, bio, file === undefined ? undefined : await readAvatar(file));
    this.#known.set(name, { made, look });
    return look;
  }
}

function lookOf(name: string, bio: string | undefined, avatar: string | undefined): Appearance {
  const hash = createHash("sha256")
    .update(JSON.stringify([name, bio]))
    .update(avatar ?? "")
    .digest("hex");
  return { name: permitted(name), avatar, bio, hash: hash.slice(0, 16) };
}

/** Changes with whatever is written; undefined where nothing can be seen. */
async function stampOf(file: string): Promise<string | undefined> {
  const { ino, mtimeMs, size } = (await stat(file).catch(() => undefined)) ?? {};
  return ino === undefined ? undefined : `${ino} ${mtimeMs} ${size}`;
}

/** Discord keeps its own names from everybody. */
function permitted(name: string): string {
  const apart = name.replace(/discord|clyde/giu, (word) => `${word[0]}·${word.slice(1)}`);
  return [...apart].slice(0, 32).join("") || "?";
}

async function readAvatar(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw badAvatar(file, `cannot be read (${codeOf(cause) ?? "unknown"})`, cause);
  });
  if (bytes.length > maxAvatarBytes) throw badAvatar(file, `has ${(bytes.length / 1e6).toFixed(1)} MB`);
  const kind = kinds.find(({ start }) => bytes.subarray(0, start.length).equals(start));
  if (kind === undefined) throw badAvatar(file, "is no such picture");
  return `data:image/${kind.name};base64,${bytes.toString("base64")}`;
}

/** What PNG, JPEG and GIF files begin with. */
const kinds = [
  { name: "png", start: Buffer.from("\x89PNG\r\n\x1a\n", "latin1") },
  { name: "jpeg", start: Buffer.from([0xff, 0xd8, 0xff]) },
  { name: "gif", start: Buffer.from("GIF8") },
];

function badAvatar(file: string, problem: string, cause?: unknown): UserError {
  return new UserError(`${file} ${problem}.`, {
    fix: `Name a PNG, JPEG or GIF of at most ${maxAvatarBytes / 1e6} MB in discord.avatars of persona.json.`,
    cause,
  });
}

/** Whether a profile or webhook has that look already. */
export function hasLook(state: StateFile, id: string, { hash }: Appearance): boolean {
  return state.current.looks.some((look) => look.of === id && look.hash === hash);
}

export function rememberLook(state: StateFile, id: string, { hash }: Appearance): Promise<void> {
  return state.edit((before) => ({
    ...before,
    looks: [...before.looks.filter((look) => look.of !== id), { of: id, hash }],
  }));
}
