import { createHash, randomBytes } from "node:crypto";
import * as z from "zod";

/** A person who is not to be in the store any more, under a name that cannot be read back. */
export const Tombstone = z.object({
  salt: z.string(),
  hash: z.string(),
  length: z.int(),
  /** The only thread that it holds in: elsewhere the name is somebody else's. */
  thread: z.string().optional(),
});
export type Tombstone = z.infer<typeof Tombstone>;

/** @param thread The only one that it is to hold in. */
export function createTombstone(name: string, thread?: string): Tombstone {
  const salt = randomBytes(16).toString("hex");
  const normal = normalise(name);
  const tombstone = { salt, hash: hashOf(salt, normal), length: normal.length };
  return thread === undefined ? tombstone : { ...tombstone, thread };
}

export function normalise(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

export function hashOf(salt: string, name: string): string {
  return createHash("sha256").update(`${salt}\u0000${name}`).digest("hex");
}
