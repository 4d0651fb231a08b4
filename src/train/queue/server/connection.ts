import { Cluster, Redis, type RedisOptions } from "ioredis";

/** A connection to the queue's server, which may be a cluster of several. */
export type QueueConnection = Redis | Cluster;

/** Opens a connection that waits, however long the server is away. */
export function openConnection(options: RedisOptions, isCluster: boolean): QueueConnection {
  const connection = isCluster ? openCluster(options) : new Redis({ ...options, maxRetriesPerRequest: null });
  // Without a listener every failed attempt to reconnect is printed with its stack.
  connection.on("error", () => {});
  return connection;
}

function openCluster({ host = "", port = 0, family: _family, db: _db, ...options }: RedisOptions): Cluster {
  return new Cluster([{ host, port }], {
    redisOptions: { ...options, maxRetriesPerRequest: null },
    clusterRetryStrategy: (attempt) => Math.min(attempt * 200, 2000),
    // A certificate names hosts, so a node is called by the name that the cluster gives.
    ...(options.tls && { dnsLookup: (address, callback) => callback(null, address) }),
  });
}
