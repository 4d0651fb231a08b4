import { randomUUID } from "node:crypto";
import type { QueueConnection } from "./connection.ts";
import { keyOf } from "./keys.ts";
import { explainRefusal } from "./refusals.ts";

/** Every command that the queue's library and this project send; `@name` is a key. */
const commands = `
EVAL return(redis.call('GET',KEYS[1])) 1 @text
EVALSHA ${"0".repeat(40)} 1 @text
TIME
SET @text 1 EX 60
INCR @text
INCRBY @text 1
GET @text
EXISTS @text
TYPE @text
PTTL @text
PERSIST @text
PEXPIRE @text 60000
PEXPIREAT @text 4000000000000
EXPIRE @text 60
RENAME @text @renamed
UNLINK @renamed
HSET @hash field 1
HMSET @hash field 1
HINCRBY @hash field 1
HGET @hash field
HMGET @hash field
HGETALL @hash
HLEN @hash
HEXISTS @hash field
HDEL @hash field
LPUSH @list a b c d
RPUSH @list e
LSET @list 0 d
LLEN @list
LINDEX @list 0
LRANGE @list 0 -1
LPOS @list a
LREM @list 1 c
LTRIM @list 0 -1
RPOPLPUSH @list @list
LPOP @list
RPOP @list
SADD @set a
SCARD @set
SISMEMBER @set a
SMEMBERS @set
SREM @set a
ZADD @scores 1 a 2 b
ZCARD @scores
ZCOUNT @scores 0 1
ZLEXCOUNT @scores - +
ZSCORE @scores a
ZRANGE @scores 0 -1
ZREVRANGE @scores 0 -1
ZRANGEBYLEX @scores - +
ZRANGEBYSCORE @scores 0 1
ZREVRANGEBYSCORE @scores 1 0
ZREMRANGEBYRANK @scores 5 6
ZREMRANGEBYSCORE @scores 5 6
ZREM @scores b
ZPOPMIN @scores
BZPOPMIN @scores 0.01
XADD @stream 1-1 event a
XLEN @stream
XRANGE @stream - +
XREAD COUNT 1 STREAMS @stream 0
XTRIM @stream MAXLEN 1
XDEL @stream 1-1
DEL @text @hash @list @set @scores @stream
`
  .trim()
  .split("\n")
  .map((line) => line.split(" "));

/**
 * Does once everything that the queue does, on keys that are gone afterwards.
 *
 * A server that refuses one of these commands later would leave a run in the queue that nobody can take.
 */
export async function tryCommands(connection: QueueConnection, where: string): Promise<void> {
  const trial = randomUUID();
  const named = (word: string) => (word.startsWith("@") ? keyOf("trial", trial, word.slice(1)) : word);
  const answers = await Promise.allSettled(
    commands.map(([name = "", ...words]) => connection.call(name, words.map(named))),
  );
  const refusals = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  const refusal = refusals.find(({ message }) => !/^NOSCRIPT/.test(message));
  if (refusal !== undefined) throw explainRefusal(refusal, where) ?? refusal;
}
