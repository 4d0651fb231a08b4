import { createHash, timingSafeEqual } from "node:crypto";
import { ApiProblem } from "../problems.ts";

/** Wrong tokens that one address may try in a minute. */
const triesAMinute = 10;
const minuteMs = 60_000;
/** Addresses that are remembered. */
const maxAddresses = 10_000;

interface Tries {
  count: number;
  since: number;
}

/** Asks each request for the token, and whoever guesses to wait. */
export class TokenCheck {
  readonly #expected: Buffer;
  readonly #tries = new Map<string, Tries>();
  readonly #now: () => number;

  constructor(token: string, now: () => number = Date.now) {
    this.#expected = digest(token);
    this.#now = now;
  }

  /** @throws {ApiProblem} where the token is missing or wrong, or too many wrong ones came from that address. */
  check(authorization: string | undefined, address: string): void {
    const tries = this.#triesOf(address);
    if (tries.count >= triesAMinute) {
      const seconds = Math.ceil((tries.since + minuteMs - this.#now()) / 1000);
      throw new ApiProblem(429, "Too many wrong tokens came from this address.", {
        code: "too_many_attempts",
        retryAfterSeconds: Math.max(1, seconds),
      });
    }
    const [, token] = /^Bearer +(\S+) *$/i.exec(authorization ?? "") ?? [];
    if (token === undefined) {
      throw new ApiProblem(401, "Send the token, as Authorization: Bearer TOKEN.", {
        code: "missing_api_key",
      });
    }
    if (timingSafeEqual(digest(token), this.#expected)) return;
    tries.count++;
    throw new ApiProblem(401, "That is not the token.", { code: "invalid_api_key" });
  }

  #triesOf(address: string): Tries {
    const known = this.#tries.get(address);
    if (known !== undefined && this.#now() - known.since < minuteMs) return known;
    const [oldest] = this.#tries.keys();
    if (this.#tries.size >= maxAddresses && oldest !== undefined) this.#tries.delete(oldest);
    const tries = { count: 0, since: this.#now() };
    this.#tries.delete(address);
    this.#tries.set(address, tries);
    return tries;
  }
}

/** Of one length, whatever was typed. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
