import { isIPv6 } from "node:net";
import type { RedisOptions } from "ioredis";
import { UserError } from "../../../errors.ts";

/** How to reach a server, and what to call it: its place without user and password. */
export interface ServerAddress {
  where: string;
  options: RedisOptions;
}

const schemes: Record<string, "plain" | "tls" | "socket"> = {
  redis: "plain",
  valkey: "plain",
  rediss: "tls",
  valkeys: "tls",
  unix: "socket",
};

/** A path where the host should be, and more than the number of a database. */
const withoutHost = /^(?:[^/@]*@)?\/(?!\d*\/?$)/;

/** Reads `REDIS_URL`: a URL, `host:port` or the path of a socket. No mistake in it is answered with its password. */
export function parseAddress(redisUrl: string): ServerAddress {
  const text = withoutQuotes(redisUrl.trim());
  if (text.startsWith("/")) return parseSocket(text);
  const [, scheme = "redis", rest = text] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  const kind = schemes[scheme.toLowerCase()];
  if (kind === undefined) throw notAnAddress();
  if (kind === "socket" || (kind === "plain" && withoutHost.test(rest))) return parseSocket(rest);
  refuseUnescaped(rest);
  if (!URL.canParse(`redis://${rest}`)) throw notParsed(rest);
  return fromUrl(new URL(`redis://${rest}`), kind === "tls");
}

/** As a line of a file such as `.env` has them. */
function withoutQuotes(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}

function fromUrl(url: URL, hasTls: boolean): ServerAddress {
  if (url.hostname === "") throw notAnAddress();
  if (url.search !== "" || url.hash !== "") {
    throw new UserError("REDIS_URL has settings after its address, which are not read here.", {
      fix: "End it after the host, the port and the database: redis://host:6379/0",
    });
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = Number(url.port || 6379);
  return {
    where: `${url.hostname}:${port}`,
    options: {
      host,
      port,
      // Whichever of IPv4 and IPv6 the name has.
      family: 0,
      db: databaseOf(url.pathname),
      ...credentials(url.username, url.password),
      ...(hasTls && { tls: {} }),
    },
  };
}

/** `[user:password@]/path`: the path of a socket is no part of a URL with a host. */
function parseSocket(text: string): ServerAddress {
  const [, username = "", password = "", socket] = /^(?:([^/@:]*)(?::([^/@]*))?@)?(\/.+)$/.exec(text) ?? [];
  if (socket === undefined) {
    throw new UserError("REDIS_URL names a socket without its whole path.", {
      fix: "Write unix:///run/valkey/valkey.sock, or redis://host:6379 for a server with a port.",
    });
  }
  return { where: socket, options: { path: socket, ...credentials(username, password) } };
}

function credentials(username: string, password: string): Pick<RedisOptions, "username" | "password"> {
  try {
    return {
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
    };
  } catch {
    throw new UserError("The user or password in REDIS_URL has a % that no two hexadecimal digits follow.", {
      fix: "Write every % of it as %25.",
    });
  }
}

function databaseOf(pathname: string): number {
  const [, digits] = /^\/?(\d*)\/?$/.exec(pathname) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new UserError("The database of REDIS_URL is not a number.", {
    fix: "End it with a number, as in redis://host:6379/0, or leave that part out.",
  });
}

const escaped: Record<string, string> = { "/": "%2F", "?": "%3F", "#": "%23" };

/** A URL's host ends at the first of these, so that a password seems to be a host with a wrong port. */
function refuseUnescaped(rest: string): void {
  const end = rest.search(/[/?#]/);
  const at = rest.lastIndexOf("@");
  if (end === -1 || at < end) return;
  const found = Object.keys(escaped).filter((character) => rest.slice(0, at).includes(character));
  throw new UserError(`The user or password in REDIS_URL has ${found.join(" and ")} in it.`, {
    fix: `Write ${found.map((character) => `${character} as ${escaped[character]}`).join(", ")}.`,
  });
}

function notParsed(rest: string): UserError {
  const bare = hostOf(rest);
  if (!isIPv6(bare) && !isIPv6(bare.replace(/:\d+$/, ""))) return notAnAddress();
  return new UserError("The IPv6 address in REDIS_URL has no brackets.", {
    fix: "Write it as redis://[::1]:6379.",
  });
}

/** What lies between the password and the path. */
function hostOf(rest: string): string {
  const [, host = ""] = /^(?:[^/@]*@)?([^/?#]*)/.exec(rest) ?? [];
  return host;
}

function notAnAddress(): UserError {
  return new UserError("REDIS_URL is not an address of a Redis server.", {
    fix: "Write it as redis://host:6379, as rediss://host:6379 with TLS, or as unix:///path/of/the.sock.",
  });
}
