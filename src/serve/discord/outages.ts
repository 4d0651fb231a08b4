import { setTimeout as wait } from "node:timers/promises";

/** Discord's short outages end within these. */
const pausesMs = [1000, 4000, 15_000];
/** How Node's sockets and resolver, and undici, say that nobody was there or that somebody went. */
const networkCodes =
  /^(ECONNREFUSED|ECONNRESET|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|UND_ERR_(SOCKET|CONNECT_TIMEOUT))$/;

/**
 * Sends again what failed only because Discord or the network was away.
 *
 * The client itself tries a few times at once, and gives up where a connection ends without an answer. What is sent
 * must have a nonce that Discord enforces, for a lost answer may be the answer to a message that was taken.
 */
export async function sendThroughOutages<Sent>(send: () => Promise<Sent>): Promise<Sent> {
  for (const pauseMs of pausesMs) {
    try {
      return await send();
    } catch (error) {
      if (!isOutage(error)) throw error;
    }
    await wait(pauseMs, undefined, { ref: false });
  }
  return send();
}

function isOutage(error: unknown): boolean {
  const { name, code, status } = error as { name?: string; code?: unknown; status?: number };
  return (status ?? 0) >= 500 || name === "AbortError" || networkCodes.test(String(code));
}
