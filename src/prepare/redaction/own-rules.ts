import { UserError } from "../../errors.ts";
import { escapePattern, remembering } from "../../letters.ts";
import type { Finder, Finding } from "./findings.ts";
import { type FoldedText, foldText, foldWith, unfolded } from "./folded-text.ts";
import { mayLoseAccents, withoutAccents } from "./names/index.ts";

/** A line of the owner's list: what must never be learned. */
export interface OwnRule {
  pattern: RegExp;
  /** What a text is read as: an expression sees what is typed, a phrase no curly quotes, and mostly no accents. */
  reads: "typed" | "accents" | "plain";
}

/** The owner's regexps see no more than this at once, so that a slow one stays within bounds. */
const maxCharactersAtOnce = 4096;
/** What a piece of a long text repeats of the one before, so that nothing is cut in two that is no longer than this. */
const charactersRepeated = 1024;

/**
 * Reads `redact.txt`: a word or phrase a line, found in any case and as whole words, or `/regexp/flags`.
 *
 * What follows a `#` between blanks is a comment, and so is a line that begins with `#`, unless it is a hashtag and no more.
 * `\#` is never a comment. A line that cannot be used is named by its number, never by its words.
 *
 * @param fileName What errors call the list. Commands read it by its own name first, so that no later reader meets one.
 */
export function readOwnRules(text: string, fileName = "the list of your own words"): OwnRule[] {
  // Of Latin-1 and UTF-16, the words with accents or all of them would match nothing, and so be learned.
  if (/[\0\ufffd]/.test(text)) {
    throw new UserError(`${fileName} is not text in UTF-8.`, { fix: "Save it in the encoding UTF-8." });
  }
  return withoutComments(text)
    .replace(/^\ufeff/, "")
    .split(/\r\n?|\n/)
    .map((line, index) => ({ line: line.trim().normalize("NFC"), number: index + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"))
    .map(({ line, number }) => readRule(line, `Line ${number} of ${fileName}`));
}

/** The list in the shortest form that says the same: a data set made with it is the same, whatever the comments. */
export function withoutComments(text: string): string {
  return text.replace(/[^\r\n\ufeff]+/g, withoutComment);
}

function withoutComment(line: string): string {
  const [, hashtag] = /^\s*(#[\p{L}\p{M}\p{N}_]+)\s*(?:#(?:\s.*)?)?$/u.exec(line) ?? [];
  // A line taken out of use by a `#` before it is found nowhere as a hashtag, and so does no harm.
  if (hashtag !== undefined) return `\\${hashtag}`;
  if (/^\s*#/.test(line) || /^\s*\/.+\/[a-z]*\s*$/su.test(line)) return line;
  const [, expression] = /^\s*(\/.+\/[a-z]*)\s+#/su.exec(line) ?? [];
  return expression ?? line.replace(/\s+#(?:\s.*)?$/su, "");
}

function readRule(line: string, place: string): OwnRule {
  const expression = /^\/(?<source>.+)\/(?<flags>[a-z]*)$/su.exec(line);
  if (expression !== null)
    return {
      pattern: readExpression(expression.groups?.source ?? "", expression.groups?.flags ?? "", place),
      reads: "typed",
    };
  if (/[\p{L}\p{N}\p{S}]/u.test(line)) return readPhrase(line.replaceAll("\\#", "#"));
  throw new UserError(`${place} holds neither a letter nor a digit.`, {
    fix: "Write a word, a phrase or a /regexp/ on each line, and # before comments.",
  });
}

function readExpression(source: string, flags: string, place: string): RegExp {
  if (/[^imsu]/.test(flags)) {
    throw new UserError(`${place} has flags that do not help here: ${flags}.`, {
      fix: "Use i (any case), m, s or u; each match is replaced without further flags.",
    });
  }
  const pattern = compile(source, flags, place);
  if (pattern.test("")) {
    throw new UserError(`${place} matches the empty string, so it would match everywhere.`, {
      fix: "Replace * with + where at least one character is meant.",
    });
  }
  return pattern;
}

function compile(source: string, flags: string, place: string): RegExp {
  try {
    return new RegExp(source, `g${flags}`);
  } catch {
    // The engine's own message would repeat the owner's words.
    throw new UserError(`${place} is not a regular expression.`, {
      fix: "Correct it, or write the line without slashes to look for it as it stands.",
    });
  }
}

/** "Café Zephyr" is found as "Cafe Zephyr"; "Rosé" is not, as that would take the roses, too. */
function readPhrase(phrase: string): OwnRule {
  const mayBePlain = withoutAccents(phrase) === phrase || /\s/u.test(phrase) || mayLoseAccents(phrase);
  const reads = mayBePlain ? "plain" : "accents";
  const words = foldText(phrase)
    .text.split(/\s+/u)
    .map((word) => Array.from(word, (letter) => letterPattern(letter, reads)).join(""));
  return { pattern: phrasePattern(phrase, words.join("\\s+")), reads };
}

/** Letters that are written as two where a keyboard has none of them: "Mueller" for Müller. */
const asTwo: Record<string, string> = {
  ä: "ae?",
  ö: "oe?",
  ü: "ue?",
  å: "aa?",
  ø: "oe?",
  æ: "(?:æ|ae)",
  œ: "(?:œ|oe)",
};

function letterPattern(letter: string, reads: OwnRule["reads"]): string {
  if (letter === "ß" || letter === "ẞ") return "(?:ß|ss)";
  const two = reads === "plain" ? asTwo[letter.toLowerCase()] : undefined;
  return two ?? escapePattern(readings[reads](letter));
}

/** No letter or digit on either side of one that begins or ends the phrase. */
function phrasePattern(phrase: string, body: string): RegExp {
  const before = /^[\p{L}\p{N}]/u.test(phrase) && !isUnspaced(phrase) ? "(?<![\\p{L}\\p{N}])" : "";
  const after = /[\p{L}\p{N}]$/u.test(phrase) && !isUnspaced(phrase) ? "(?![\\p{L}\\p{N}])" : "";
  return new RegExp(`${before}${body}${after}`, "giu");
}

/** Scripts that write no spaces, or hang particles on words: there a phrase is found inside longer ones. */
function isUnspaced(phrase: string): boolean {
  return /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u.test(
    phrase,
  );
}

const readings: Record<OwnRule["reads"], (character: string) => string> = {
  typed: (character) => character,
  accents: remembering(withPlainQuotes),
  plain: remembering((character) => withoutAccents(withPlainQuotes(character))),
};

/** "O’Malley’s" as keyboards type it. */
function withPlainQuotes(character: string): string {
  if (/[\u2018\u2019\u201b\u02bc\u02b9\u00b4\u2032]/.test(character)) return "'";
  return /[\u201c-\u201f\u00ab\u00bb\u2033]/.test(character) ? '"' : character;
}

export function ownFinder(rules: OwnRule[]): Finder {
  const expressions = rules.filter(({ reads }) => reads === "typed");
  const phrases = (["accents", "plain"] as const)
    .map((reads) => ({ reads, rules: rules.filter((rule) => rule.reads === reads) }))
    .filter(({ rules }) => rules.length > 0);
  return function* (text) {
    for (const { pattern } of expressions) yield* findExpression(text, pattern);
    const isAscii = /^[\0-\x7f]*$/.test(text);
    for (const { reads, rules } of phrases) {
      const read = isAscii ? unfolded(text) : foldWith(text, readings[reads]);
      for (const { pattern } of rules) yield* findPhrase(read, pattern);
    }
  };
}

function* findPhrase({ text, toTyped }: FoldedText, pattern: RegExp): Generator<Finding> {
  for (const { 0: words, index } of text.matchAll(pattern)) {
    const identity = words.toLowerCase().replace(/\s+/g, " ");
    yield { kind: "own", start: toTyped(index), end: toTyped(index + words.length), identity };
  }
}

function* findExpression(text: string, pattern: RegExp): Generator<Finding> {
  for (const { piece, offset } of piecesOf(text)) {
    for (const { 0: words, index } of piece.matchAll(pattern)) {
      const start = offset + index;
      if (words !== "") yield { kind: "own", start, end: start + words.length };
    }
  }
}

/** Long texts in pieces that begin and end at white space where there is some, each with the end of the one before. */
function* piecesOf(text: string): Generator<{ piece: string; offset: number }> {
  for (let offset = 0; ; ) {
    const rest = text.slice(offset, offset + maxCharactersAtOnce);
    const isLast = offset + rest.length === text.length;
    const piece = isLast ? rest : rest.slice(0, spaceAfter(rest, maxCharactersAtOnce / 2) ?? rest.length);
    yield { piece, offset };
    if (isLast) return;
    const next = piece.length - charactersRepeated;
    offset += spaceAfter(piece.slice(0, next), next / 2) ?? next;
  }
}

/** The last white space, unless it stands too early. */
function spaceAfter(text: string, earliest: number): number | undefined {
  const space = text.lastIndexOf(" ");
  return space > earliest ? space : undefined;
}
