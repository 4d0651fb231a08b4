/** What tells an account from all others, whatever its owner is called: an export's profile has some of it. */
import { createHash } from "node:crypto";

/** Kind and hash of each: the store keeps them, to know a later export of the same account. */
export type Account = string[];

/** Of Facebook's profile and autofill files, and of Instagram's; nothing in them is sure. */
export interface AccountClues {
  /** Of the moment when the account was made. */
  registration_timestamp?: unknown;
  username?: unknown;
  profile_uri?: unknown;
  /** In lists and objects, as the format of the day has them. */
  emails?: { emails?: unknown } | unknown[];
}

export function accountOf(network: string, clues: AccountClues): Account {
  const { registration_timestamp: registered, username, profile_uri: address, emails } = clues;
  const current = Array.isArray(emails) ? emails : emails?.emails;
  const id = typeof address === "string" ? /(?:\?id=|facebook\.com\/)(\d{6,})/.exec(address)?.[1] : undefined;
  const found: [kind: string, value: unknown][] = [
    [registration, typeof registered === "number" && registered > 0 ? String(registered) : undefined],
    ["username", username],
    ["id", id],
    ...(Array.isArray(current) ? current : []).map((email): [string, unknown] => ["email", email]),
  ];
  return found.flatMap(([kind, value]) =>
    typeof value === "string" && value !== "" ? [`${kind} ${hashOf(network, value)}`] : [],
  );
}

const registration = "registration";

function hashOf(network: string, value: string): string {
  return createHash("sha256").update(`${network} ${value.toLowerCase()}`).digest("hex").slice(0, 16);
}

/** Where both say when they were made, that decides: an address may go from one account to another. */
export function isSameAccount(one: Account, other: Account): boolean {
  const made = (account: Account) => account.filter((clue) => clue.startsWith(registration));
  const [first, second] = [made(one), made(other)];
  if (first.length > 0 && second.length > 0) return first.some((clue) => second.includes(clue));
  return one.some((clue) => other.includes(clue));
}
