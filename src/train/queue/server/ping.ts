import { existsSync } from "node:fs";
import { Redis } from "ioredis";

/** `loading` is a server that reads its data. */
type PingResult = "answers" | "loading" | "silent";

/** Asks the server at a socket once whether it is there. */
export async function pingServer(socket: string): Promise<PingResult> {
  if (!existsSync(socket)) return "silent";
  let refusal = "";
  const connection = new Redis({
    path: socket,
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
    return "answers";
  } catch (error) {
    return /LOADING/.test(`${(error as Error).message} ${refusal}`) ? "loading" : "silent";
  } finally {
    connection.disconnect();
  }
}
