import { createHash } from "node:crypto";

export interface RateLimit {
  /** How many requests a window holds. */
  requests: number;
  windowMs: number;
}

interface Window {
  endsAt: number;
  used: number;
}

/** What is told of a bucket with every answer. */
export interface Counted {
  headers: Record<string, string>;
  /** Seconds to wait, where there were too many requests. */
  retryAfter?: number;
  isGlobal: boolean;
}

/** Buckets as Discord has them: one for each operation and channel, server or webhook, and one for all requests. */
export class RateLimits {
  /** Requests that were turned away. */
  refused = 0;
  readonly #limits = new Map<string, RateLimit>();
  readonly #windows = new Map<string, Window>();
  #global: RateLimit | undefined;

  /** Limits an operation, such as `POST /channels/{channel_id}/messages`. */
  set(operation: string, limit: RateLimit): void {
    this.#limits.set(operation, limit);
  }

  setGlobal(limit: RateLimit | undefined): void {
    this.#global = limit;
  }

  count(operation: string, parameters: Record<string, string>): Counted {
    // Answers to interactions do not count for the whole.
    if (this.#global !== undefined && !operation.includes("/interactions/")) {
      const window = this.#use("global", this.#global);
      if (window.used > this.#global.requests) return this.#refuse({}, window, true);
    }
    const limit = this.#limits.get(operation) ?? { requests: 1_000_000, windowMs: 1000 };
    const window = this.#use(`${operation} ${majorParameter(parameters)}`, limit);
    const waitSeconds = Math.max(0, window.endsAt - Date.now()) / 1000;
    const headers = {
      "x-ratelimit-bucket": createHash("md5").update(operation).digest("hex"),
      "x-ratelimit-limit": String(limit.requests),
      "x-ratelimit-remaining": String(Math.max(0, limit.requests - window.used)),
      "x-ratelimit-reset": (window.endsAt / 1000).toFixed(3),
      "x-ratelimit-reset-after": waitSeconds.toFixed(3),
    };
    if (window.used > limit.requests) return this.#refuse(headers, window, false);
    return { headers, isGlobal: false };
  }

  #use(key: string, { windowMs }: RateLimit): Window {
    const now = Date.now();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { endsAt: now + windowMs, used: 0 };
      this.#windows.set(key, window);
    }
    window.used++;
    return window;
  }

  #refuse(headers: Record<string, string>, { endsAt }: Window, isGlobal: boolean): Counted {
    this.refused++;
    const retryAfter = Math.max(1, endsAt - Date.now()) / 1000;
    return {
      headers: {
        ...headers,
        "x-ratelimit-scope": isGlobal ? "global" : "user",
        ...(isGlobal && { "x-ratelimit-global": "true" }),
      },
      retryAfter,
      isGlobal,
    };
  }
}

/** The part of a path that has buckets of its own. */
function majorParameter(parameters: Record<string, string>): string {
  return parameters.channel_id ?? parameters.guild_id ?? parameters.webhook_id ?? "";
}
