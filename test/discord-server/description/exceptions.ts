interface Told {
  where: string;
  side: "request" | "response";
  problem: string;
}

interface Exception {
  where: RegExp;
  side: Told["side"];
  problem: RegExp;
  /** Why the published description is wrong here. */
  why: string;
}

/** Where Discord itself does otherwise than it publishes. */
const exceptions: Exception[] = [
  {
    where: /./,
    side: "request",
    problem: /Unrecognized keys?: (?:"(?:enforce_nonce|tts)"(?:, )?)+$/,
    why: "discord.js writes both into every message that it sends or edits, and Discord ignores them where they mean nothing",
  },
  {
    where: /^PATCH \/webhooks/,
    side: "request",
    problem: /Unrecognized keys?: (?:"(?:enforce_nonce|tts|username)"(?:, )?)+$/,
    why: "discord.js repeats the webhook's name with each edit, which changes nothing",
  },
  {
    where: /\/commands/,
    side: "request",
    problem: /default_member_permissions: .*expected number, received string/,
    why: "permissions are strings, as Discord's own pages say: a number cannot hold all bits",
  },
  {
    where: /\/commands/,
    side: "request",
    problem: /Unrecognized key: "nsfw"/,
    why: "Discord's pages have it, and answers carry it",
  },
  {
    where: /^PATCH \/applications/,
    side: "request",
    problem: /description: .*expected object, received string/,
    why: "Discord's own pages and every client have a text there",
  },
  {
    where: /./,
    side: "response",
    problem: /^errors\./,
    why: "the codes inside are words, such as BASE_TYPE_MAX_LENGTH, and not numbers",
  },
  {
    where: /./,
    side: "response",
    problem: /message_reference\.type: .*expected 0/,
    why: "a forward has the type 1",
  },
];

export function exceptionFor({ where, side, problem }: Told): Exception | undefined {
  return exceptions.find(
    (exception) => exception.side === side && exception.where.test(where) && exception.problem.test(problem),
  );
}
