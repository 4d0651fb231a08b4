import { type Refusal, refusals } from "./errors.ts";

/** A request as faults look at it. */
export interface Asked {
  /** Such as `POST /channels/{channel_id}/messages`. */
  name: string;
  parameters: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: what a client sends is checked where it is read
  body: any;
}

export interface Fault {
  /** Which requests it hits, by method and path as Discord's description writes them; every one unless it is given. */
  on?: string;
  where?: (asked: Asked) => boolean;
  /** How many requests it hits; all unless it is given. */
  times?: number;
  /** What Discord answers instead, such as `refusals.missingAccess()` or a status of 500. */
  refusal?: Refusal;
  status?: number;
  /** How long Discord takes to answer. */
  delayMs?: number;
  /** The connection ends without an answer, before or after the request was carried out; `resets` as when a host falls. */
  breaks?: "before" | "after";
  resets?: boolean;
}

/** What goes wrong with requests, one after the other. */
export class Faults {
  readonly #faults: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** The fault that hits this request. */
  next(asked: Asked): Fault | undefined {
    const hit = this.#faults.find(({ fault: { on, where }, left }) => {
      return left > 0 && (on === undefined || on === asked.name) && (where === undefined || where(asked));
    });
    if (hit === undefined) return undefined;
    hit.left--;
    return hit.fault;
  }
}

export function refusalOf({ refusal, status }: Fault): Refusal | undefined {
  return refusal ?? (status === undefined ? undefined : refusals.internal(status));
}
