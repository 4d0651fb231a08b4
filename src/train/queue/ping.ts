import { existsSync } from "node:fs";
import { Redis, type RedisOptions } from "ioredis";

/** `loading` is a server that reads its data; `refuses` one that wants another password or user. */
type PingResult = "answers" | "loading" | "refuses" | "silent";

/** Asks a server once whether it is there. */
export async function pingServer(options: RedisOptions): Promise<PingResult> {
  if (options.path !== undefined && !existsSync(options.path)) return "silent";
  let refusal = "";
  const connection = new Redis({
    ...options,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 1,
    enableReadyCheck: false,
    connectTimeout: 5000,
    commandTimeout: 5000,
  });
  connection.on("error", ({ message }: Error) => {
    refusal = message;
  });
  try {
    await connection.connect();
    await connection.ping();
    return /NOAUTH|WRONGPASS|invalid password/i.test(refusal) ? "refuses" : "answers";
  } catch (error) {
    const message = `${(error as Error).message} ${refusal}`;
    if (/LOADING/.test(message)) return "loading";
    return /NOAUTH|WRONGPASS|NOPERM|invalid password|invalid username/i.test(message) ? "refuses" : "silent";
  } finally {
    connection.disconnect();
  }
}
