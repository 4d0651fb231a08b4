import { randomBytes } from "node:crypto";
import type { Message } from "discord.js";

/** Messages of this process say when it began, and who it is; no more than 25 characters. */
const startedAt = Date.now();
const prefix = `p${startedAt.toString(36)}.${randomBytes(3).toString("hex")}.`;
const pattern = /^p([0-9a-z]{6,9})\.[0-9a-f]{6}\.[0-9a-z]+$/;
let count = 0;

/** Of one message: Discord gives it back, and takes a second one of the same number for the first. */
export function newNonce(): string {
  count++;
  return prefix + count.toString(36);
}

/**
 * Whether another process speaks with the same token and has begun later: it is the one that its owner wants, and this one
 * falls silent. Undefined for all that says nothing of another.
 */
export function twinOf({ author, client, nonce }: Message): { isNewer: boolean } | undefined {
  if (author.id !== client.user.id || typeof nonce !== "string" || nonce.startsWith(prefix)) return undefined;
  const [, begun] = pattern.exec(nonce) ?? [];
  return begun === undefined ? undefined : { isNewer: isLater(Number.parseInt(begun, 36), nonce) };
}

/** Of two that began at once, their numbers decide. */
function isLater(begunAt: number, nonce: string): boolean {
  return begunAt === startedAt ? nonce > prefix : begunAt > startedAt;
}
