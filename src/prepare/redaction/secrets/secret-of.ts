import type { Finding } from "../findings.ts";

/** The secret that a match names, as a finding. */
export function secretOf(match: RegExpMatchArray, kind: "password" | "code"): Finding {
  const secret = match.groups?.quoted ?? match.groups?.value ?? "";
  const start = (match.index ?? 0) + match[0].lastIndexOf(secret);
  // A sentence's full stop is not part of the secret; what a password ends with is not known, so only that stays.
  const trimmed = secret.length > 2 ? secret.replace(/[.,;)"'»”]$/u, "") : secret;
  return { kind, start, end: start + trimmed.length, identity: trimmed };
}
