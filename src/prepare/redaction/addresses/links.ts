import { LinkifyIt, REBuilder } from "linkify-it";
import { type Finding, united } from "../findings.ts";
import { hidden } from "../folded-text.ts";
import { isEnding, isTwoSentences, newerEndings } from "./endings.ts";
import { mailHosts } from "./spelled.ts";

/** With names and passwords in addresses; longer words than this are shown to the library in their first part only. */
const maxShownLength = 2048;

/** The library reads ports after `http://` only. One digit may be a face: "love.it:3". */
class WithPorts extends REBuilder {
  override get_fuzzy_url_host_port(): RegExp {
    const host = `(?:(?:${this.get_domain().source})\\.){1,10}(?:${this.get_tld().source})`;
    this.cache.fuzzy_url_host_port ??= new RegExp(
      `(?:${host})(?::\\d{2,5})?${this.get_host_terminator().source}`,
    );
    return this.cache.fuzzy_url_host_port;
  }
}
const linkify = new LinkifyIt({
  fuzzyLink: true,
  fuzzyEmail: true,
  urlAuth: true,
  maxLength: maxShownLength,
  rebuilder: new WithPorts(),
}).tlds(newerEndings, true);

const word = new RegExp(`[^\\s${hidden}]+`, "gu");

/**
 * E-mail addresses and links, whole: neither host nor path stays, well-known sites included.
 *
 * Each word is looked at by itself, so that what the library is shown is bounded whatever the text's length.
 */
export function* findLinksAndEmails(text: string): Generator<Finding> {
  for (const { 0: candidate, index } of text.matchAll(word)) {
    if (!/[@.]|:\/\//.test(candidate)) continue;
    for (const { kind, start, end } of findInWord(candidate))
      yield { kind, start: index + start, end: index + end };
  }
}

function findInWord(candidate: string): Finding[] {
  const isLong = candidate.length > maxShownLength;
  const shown = isLong ? candidate.slice(0, maxShownLength) : candidate;
  const found = [...emailsOf(shown), ...schemesOf(shown), ...pathsOf(shown), ...libraryFindings(shown)];
  // What begins in the part that was shown may go on to the end of the word.
  if (isLong && /[@]|:\/\/|^www\./.test(candidate))
    found.push({ kind: "link", start: 0, end: candidate.length });
  return united(found).filter(
    ({ kind, start, end }) => kind !== "email" || !isVersion(shown.slice(start, end)),
  );
}

/** "widget@3.9.6" */
function isVersion(found: string): boolean {
  return /^[^@]+@v?\d+(?:\.\d+)*$/.test(found);
}

/** The library reads ASCII names that stand by themselves; these are the others: `joão@exemplo.pt`, `mail:ana@example.org`. */
const email =
  /[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-][\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~.-]{0,63}@(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}\.){1,8}[\p{L}\p{N}-]{2,24}/gu;
/** People leave out what everybody knows: `ana@gmail`. */
const shortEmail = new RegExp(`[\\p{L}\\p{N}._+-]{2,64}@(?:${mailHosts})(?![\\p{L}\\p{N}@])`, "giu");

function* emailsOf(shown: string): Generator<Finding> {
  if (!shown.includes("@")) return;
  for (const pattern of [email, shortEmail]) {
    for (const { 0: address, index } of shown.matchAll(pattern))
      yield { kind: "email", start: index, end: index + address.length };
  }
}

/** Links of other programs, such as `spotify://…`; also hosts without a dot, such as `http://router/login`. */
const scheme = /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s<>"]+/giu;

function* schemesOf(shown: string): Generator<Finding> {
  if (!shown.includes("://")) return;
  for (const { 0: link, index } of shown.matchAll(scheme)) {
    const end = index + link.replace(/[),.;:!?\]}'»”]+$/u, "").length;
    yield { kind: "link", start: index, end };
  }
}

/** With a path, whatever it ends in: "chocoboy.art/brown", "example[.]com/ab12". */
const withPath =
  /(?<![\p{L}\p{N}@._/-])(?:www\.)?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}[\p{L}\p{N}])?(?:\.|\[\.\]|\(\.\))){1,4}(?<ending>\p{L}{2,24})(?::\d{2,5})?(?:[/?#][^\s<>"]+)/giu;

function* pathsOf(shown: string): Generator<Finding> {
  if (!/[/?#]|[[(]\./.test(shown)) return;
  for (const { 0: link, index, groups } of shown.matchAll(withPath)) {
    if (!isEnding(groups?.ending ?? "")) continue;
    yield { kind: "link", start: index, end: index + link.replace(/[),.;:!?\]}'»”*_]+$/u, "").length };
  }
}

/** "insta:example.org/ana": what stands before the colon is no part of the link, nor hides it. */
const label = /^([^\p{L}\p{N}]{0,3}(?!mailto|https?|ftp)[\p{L}\p{N}_-]{1,24}):(?=[\p{L}\p{N}])/iu;

function* libraryFindings(word: string): Generator<Finding> {
  const shown = word.replace(label, "$1 ");
  for (const match of linkify.match(shown) ?? []) {
    const kind = match.schema === "mailto:" ? "email" : "link";
    if (match.schema === "" && isTwoSentences(match.raw, shown, match.index)) continue;
    yield { kind, start: match.index, end: match.lastIndex };
  }
}
