import { Redis } from "ioredis";
import { UserError } from "../../../errors.ts";
import type { ServerAddress } from "./address.ts";
import { keyOf } from "./keys.ts";
import { explainRefusal } from "./refusals.ts";
import { explainUnreachable } from "./unreachable.ts";

/** What a server said of itself. */
interface ServerFacts {
  isCluster: boolean;
  /** True while it reads its data: it refuses everything else. */
  isLoading: boolean;
}

const answerWithinMs = 5000;

/** Connects once, and says in two lines why a server cannot be used: who it is unknown to, or what it is. */
export async function askServer(address: ServerAddress): Promise<ServerFacts> {
  // Signed in by hand: the library goes on without a word where a password or a database is refused.
  const { username, password, db = 0, ...place } = address.options;
  let cause: Error | undefined;
  const connection = new Redis({
    ...place,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    disableClientInfo: true,
    connectTimeout: answerWithinMs,
    commandTimeout: answerWithinMs,
  });
  connection.on("error", (error: Error) => {
    cause ??= error;
  });
  try {
    await connection.connect();
    if (password !== undefined) await connection.call("AUTH", ...(username ? [username] : []), password);
    await connection.ping();
    if (db !== 0) await connection.select(db);
    const facts = readFacts(await connection.info(), address);
    if (facts.isCluster) await askForKey(connection);
    return facts;
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (/^LOADING/.test((error as Error).message)) return { isCluster: false, isLoading: true };
    throw (
      explainRefusal(error, address.where) ?? (await explainUnreachable(address, cause ?? (error as Error)))
    );
  } finally {
    connection.disconnect();
  }
}

/** A cluster that is not whole answers nothing, and its library would ask for ever. */
async function askForKey(connection: Redis): Promise<void> {
  await connection.get(keyOf("live")).catch((error: Error) => {
    if (!/^(MOVED|ASK|WRONGTYPE)/.test(error.message)) throw error;
  });
}

function readFacts(info: string, { where }: ServerAddress): ServerFacts {
  const facts = new Map(info.split(/\r?\n/).map((line) => line.split(":", 2) as [string, string]));
  const policy = facts.get("maxmemory_policy") ?? "noeviction";
  const isLimited = Number(facts.get("maxmemory") ?? 0) > 0;
  if (isLimited && policy !== "noeviction") {
    throw new UserError(`The Redis at ${where} throws keys away when its memory is full: ${policy}.`, {
      fix: "Runs would vanish from the queue: CONFIG SET maxmemory-policy noeviction",
    });
  }
  return {
    isCluster: facts.get("cluster_enabled") === "1",
    isLoading: facts.get("loading") === "1",
  };
}
