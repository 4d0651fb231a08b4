import { isIPv6 } from "node:net";
import type { Finding } from "../findings.ts";

const byte = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const version4 = new RegExp(`(?<![\\p{L}\\p{N}.])(?:${byte}\\.){3}${byte}(?![\\p{L}\\p{N}]|\\.\\d)`, "gu");
const hexAndColons = /(?<![\p{L}\p{N}:])[0-9a-f:][0-9a-f:.]{4,44}(?![\p{L}\p{N}:])/giu;
const hardware =
  /(?<![\p{L}\p{N}:-])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\p{L}\p{N}:-])/giu;

/** Internet addresses of both versions, and hardware (MAC) addresses. */
export function* findInternetAddresses(text: string): Generator<Finding> {
  for (const pattern of [version4, hardware]) {
    for (const { 0: address, index } of text.matchAll(pattern))
      yield { kind: "ip", start: index, end: index + address.length };
  }
  for (const { 0: candidate, index } of text.matchAll(hexAndColons)) {
    const address = candidate.replace(/[.:]$/, (last) => (candidate.endsWith("::") ? last : ""));
    if (isWorthHiding(address)) yield { kind: "ip", start: index, end: index + address.length };
  }
}

/** `::` and `a::b` are typing; an address that says where somebody is has more to it. */
function isWorthHiding(candidate: string): boolean {
  return candidate.split(":").length > 2 && /[0-9a-f]{3}/i.test(candidate) && isIPv6(candidate);
}
