import { UserError } from "../../errors.ts";
import type { Finder } from "./findings.ts";
import { escapePattern } from "./names/index.ts";

/** A line of the owner's list: what must never be learned. */
export interface OwnRule {
  pattern: RegExp;
}

/** The owner's regexps see no more than this at once, so that a slow one stays within bounds. */
const mostCharactersAtOnce = 4096;

/**
 * Reads `redact.txt`: a word or phrase a line, found in any case and as whole words, or `/regexp/flags`.
 *
 * Lines that begin with `#` are comments. A line that cannot be used is named by its number, never by its words.
 */
export function readOwnRules(text: string, fileName: string): OwnRule[] {
  // Of Latin-1 and UTF-16, the words with accents or all of them would match nothing, and so be learned.
  if (/[\0\ufffd]/.test(text)) {
    throw new UserError(`${fileName} is not text in UTF-8.`, { fix: "Save it in the encoding UTF-8." });
  }
  return text
    .replace(/^\ufeff/, "")
    .split(/\r\n?|\n/)
    .map((line, index) => ({ line: line.trim().normalize("NFC"), number: index + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"))
    .map(({ line, number }) => readRule(line, `Line ${number} of ${fileName}`));
}

function readRule(line: string, place: string): OwnRule {
  const expression = /^\/(?<source>.+)\/(?<flags>[a-z]*)$/su.exec(line);
  if (expression !== null)
    return {
      pattern: readExpression(expression.groups?.source ?? "", expression.groups?.flags ?? "", place),
    };
  if (/[\p{L}\p{N}\p{S}]/u.test(line)) return { pattern: phrasePattern(line) };
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

/** White space of any width between words; no letter or digit on either side of one that begins or ends the phrase. */
function phrasePattern(phrase: string): RegExp {
  const body = phrase.split(/\s+/u).map(escapePattern).join("\\s+");
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

export function ownFinder(rules: OwnRule[]): Finder {
  return function* (text) {
    for (const { pattern } of rules) {
      for (const { piece, offset } of piecesOf(text)) {
        for (const { 0: words, index } of piece.matchAll(pattern)) {
          const start = offset + index;
          if (words !== "") yield { kind: "own", start, end: start + words.length };
        }
      }
    }
  };
}

/** Long texts in pieces that end at white space where there is some. */
function* piecesOf(text: string): Generator<{ piece: string; offset: number }> {
  for (let offset = 0; offset < text.length; ) {
    const rest = text.slice(offset, offset + mostCharactersAtOnce);
    const isLast = offset + rest.length === text.length;
    const space = isLast ? -1 : rest.lastIndexOf(" ");
    const piece = space > mostCharactersAtOnce / 2 ? rest.slice(0, space) : rest;
    yield { piece, offset };
    offset += piece.length;
  }
}
