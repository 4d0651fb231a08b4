import { UserError } from "../../../errors.ts";

const escaping = "with @ / # ? % in them as %40 %2F %23 %3F %25";

/** What to do about a server's answer, by a word of it. */
const fixes: [RegExp, string][] = [
  [
    /WRONGPASS|invalid password|invalid username/i,
    `Correct user and password in REDIS_URL: redis://user:password@host:6379, ${escaping}.`,
  ],
  [/NOAUTH/, `Write user and password into REDIS_URL: redis://user:password@host:6379, ${escaping}.`],
  [/without any password configured/i, "Leave the password out of REDIS_URL."],
  [
    /NOPERM|ACL failure/,
    "Allow the user of REDIS_URL what the queue needs: ACL SETUSER name ~{persona}:* +@all -@dangerous +info",
  ],
  [
    /READONLY|MASTERDOWN/,
    "This server is a replica, which can only be read: set REDIS_URL to its primary, which INFO replication names.",
  ],
  [/\bOOM\b/, "Free memory of the server, or raise its maxmemory: CONFIG SET maxmemory 100mb"],
  [
    /CLUSTERDOWN|slot not served/,
    "Repair the cluster: valkey-cli --cluster check host:port shows its state.",
  ],
  [
    /MOVED|CROSSSLOT|\bASK\b/,
    "Set REDIS_URL to a node of the cluster itself, without a proxy or tunnel before it.",
  ],
  [
    /DB index|SELECT is not allowed/i,
    "End REDIS_URL with a database that the server has; /0 is always there, and a cluster has no other.",
  ],
  [/MISCONF/, "The server cannot save its data: make room on its disk, and see its log."],
  [/NOREPLICAS/, "Bring the server's replicas back, or lower its min-replicas-to-write."],
  [
    /DENIED/,
    "Set a password on the server (requirepass) and write it into REDIS_URL: redis://:password@host:6379",
  ],
  [/max number of clients/i, "Raise the server's maxclients, or end programs that are connected to it."],
  [/LOADING|BUSY|TRYAGAIN/, "Wait a minute, and run the command again."],
  [
    /unknown command|unsupported|not supported|not allowed/i,
    "The queue needs this command: allow it (rename-command), take another server, or unset REDIS_URL to use the embedded one.",
  ],
];

const maxWords = 300;

/** What a server refused, in its own words and with what to do; undefined for every other error. */
export function explainRefusal(error: unknown, where?: string): UserError | undefined {
  if (!(error instanceof Error) || error.name !== "ReplyError") return undefined;
  const at = where === undefined ? "The queue's server" : `The Redis at ${where}`;
  const [, fix = "See the server's log, or unset REDIS_URL to use the embedded server."] =
    fixes.find(([words]) => words.test(error.message)) ?? [];
  return new UserError(`${at} refuses: ${error.message.slice(0, maxWords)}`, { fix, cause: error });
}
