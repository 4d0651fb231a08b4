import type { Finding } from "../findings.ts";

/** How well-known services begin their keys. */
const knownKeys =
  /(?<![\w-])(?:sk-[\w-]{16,}|[rsp]k_(?:live|test)_\w{10,}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|AKIA[A-Z0-9]{12,}|AIza[\w-]{20,}|xox[abprs]-[\w-]{10,}|ya29\.[\w-]{20,}|hf_\w{20,}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)/g;
const privateKey = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8192}(?:-----END [A-Z ]{0,30}-----)?/g;
const mayHoldKey = /[\w+/=.-]{14}/;
const longWord = /[A-Za-z0-9_+/=-]{20,}/g;

/** Keys of programs, wallets and machines: known beginnings, and long words in which letters and digits alternate. */
export function* findKeys(text: string): Generator<Finding> {
  if (!mayHoldKey.test(text)) return;
  const found: Finding[] = [];
  for (const pattern of [privateKey, knownKeys]) {
    for (const { 0: key, index } of text.matchAll(pattern)) found.push(toFinding(key, index));
  }
  for (const { 0: key, index } of text.matchAll(longWord)) {
    const isInsideKnown = found.some(({ start, end }) => index < end && index + key.length > start);
    if (!isInsideKnown && alternates(key)) found.push(toFinding(key, index));
  }
  yield* found;
}

function toFinding(key: string, start: number): Finding {
  return { kind: "code", start, end: start + key.length, identity: key };
}

/** Random characters change between letters and digits every third time or so; names of files and laughter seldom do. */
function alternates(key: string): boolean {
  const sample = key.slice(0, 256);
  const changes = sample.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
  return changes >= 4 && changes * 10 >= sample.length;
}
