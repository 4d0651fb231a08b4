import type { Finding } from "../findings.ts";
import { anyOf } from "../word-lists.ts";

/** How well-known services begin their keys, and how many characters more at least. */
const knownBeginnings = [
  "sk-[\\w-]{16,}|[rsp]k_(?:live|test)_\\w{10,}|whsec_\\w{16,}",
  "gh[oprsu]_\\w{20,}|github_pat_\\w{20,}|gl(?:pat|dt|ptt|rt|soat|cbt)-[\\w-]{16,}",
  "A(?:KIA|SIA|ROA)[A-Z0-9]{12,}|AIza[\\w-]{20,}|GOCSPX-[\\w-]{16,}|ya29\\.[\\w-]{20,}",
  "xox[abeprs]-[\\w-]{10,}|xapp-[\\w-]{10,}|EAA[A-Za-z0-9]{40,}|shp(?:at|ss|ca|pa)_\\w{20,}",
  "hf_\\w{20,}|npm_\\w{20,}|pypi-[\\w-]{20,}|dop_v1_\\w{20,}|figd_[\\w-]{20,}|lin_api_\\w{20,}|ntn_\\w{20,}|secret_\\w{30,}",
  "SG\\.[\\w-]{16,}\\.[\\w-]{16,}|eyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*)?|AGE-SECRET-KEY-\\w{20,}|[xyzt]prv\\w{40,}",
];
const knownKeys = new RegExp(`(?<![\\w-])(?:${anyOf(knownBeginnings)})`, "g");
const known =
  /sk-|[rsp]k_|whsec|gh[oprsu]_|github_pat|gl[a-z]{2,4}-|A[KSR][IO]A|AIza|GOCSPX|ya29|xox|xapp|EAA|shp|hf_|npm_|pypi-|dop_|figd|lin_api|ntn_|secret_|SG\.|eyJ|AGE-|prv/;
const signInWord = /\w[-_.]\w/;

/** Whether a text without a digit may hold a key: none that has no sign in it is without one. */
export function mayHoldKnownKey(text: string): boolean {
  return signInWord.test(text) && known.test(text);
}

const privateKey = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8192}(?:-----END [A-Z ]{0,30}-----)?/g;
const mayHoldKey = /[\w+/=.-]{14}/;
/** Files, addresses of a program's code and versions: not what somebody keeps secret. */
const path = /^[./~]|\/[a-z]{3,12}(?:\/|$)|\+0x|ubuntu|(?:git|svn|cvs|bzr|hg)\d/;
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
  if (path.test(key)) return false;
  const sample = key.slice(0, 256);
  const changes = sample.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
  return changes >= 4 && changes * 10 >= sample.length;
}
