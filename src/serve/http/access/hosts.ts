import { isIPv4, isIPv6 } from "node:net";
import { ApiProblem } from "../problems.ts";

interface HostOptions {
  /** The address that is listened on. */
  host: string;
  allowedHosts: string[];
  allowedOrigins: string[];
}

/** Whether only programs of this machine reach an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/**
 * Refuses what a web page of somebody else made a browser send. Its name may lead to this machine (DNS rebinding), or its
 * script may post here from another origin.
 *
 * @returns The origin whose script may read the answer; undefined where no script asks.
 */
export function checkHostAndOrigin(
  request: { host: string | undefined; origin: string | undefined },
  { host: listening, allowedHosts, allowedOrigins }: HostOptions,
): string | undefined {
  const asked = nameIn(request.host);
  const isKnown = asked !== undefined && (isLoopback(asked) || allowedHosts.includes(asked));
  // Elsewhere a token is asked for, which no page of somebody else has; an address itself cannot be rebound.
  if (!isKnown && (isLoopback(listening) || asked === undefined)) throw forbidden("Host", "--allowed-hosts");
  const { origin } = request;
  if (origin === undefined) return undefined;
  if (!allowedOrigins.includes(origin) && !isOwn(origin, request.host)) {
    throw forbidden("Origin", "--allowed-origins");
  }
  return origin;
}

/** The name of `name:port`, without the brackets around an IPv6 address. */
function nameIn(host: string | undefined): string | undefined {
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\]|([^\s:/@[\]]+))(?::\d{1,5})?$/i.exec(host ?? "") ?? [];
  const name = (bracketed ?? plain)?.toLowerCase();
  return bracketed !== undefined && !isIPv6(bracketed) ? undefined : name;
}

/** A page that this server gave out itself; it gives out none over anything but http. */
function isOwn(origin: string, host: string | undefined): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

function forbidden(header: string, flag: string): ApiProblem {
  return new ApiProblem(403, `The ${header} header names a place that is not allowed (${flag}).`, {
    code: "forbidden",
  });
}
