import { LinkifyIt, REBuilder } from "linkify-it";
import { type Finding, united } from "../findings.ts";
import { hidden } from "../folded-text.ts";

/** With names and passwords in addresses; longer words than this are shown to the library in their first part only. */
const mostCharactersShown = 2048;
/** The library knows two letters of countries and few of what else people have sites under. */
const newerEndings = "dev app xyz cloud online site page link".split(" ");

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
  maxLength: mostCharactersShown,
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
  const isLong = candidate.length > mostCharactersShown;
  const shown = isLong ? candidate.slice(0, mostCharactersShown) : candidate;
  const found = [...emailsOf(shown), ...schemesOf(shown), ...libraryFindings(shown)];
  // What begins in the part that was shown may go on to the end of the word.
  if (isLong && /[@]|:\/\/|^www\./.test(candidate))
    found.push({ kind: "link", start: 0, end: candidate.length });
  return united(found);
}

/** The library reads ASCII names that stand by themselves; these are the others: `joão@exemplo.pt`, `mail:ana@example.org`. */
const email =
  /[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-][\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~.-]{0,63}@(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}\.){1,8}[\p{L}\p{N}-]{2,24}/gu;
/** People leave out what everybody knows: `ana@gmail`. */
const mailHosts = "gmail|hotmail|outlook|yahoo|icloud|live|msn|protonmail|proton|gmx|uol|bol|sapo|yandex|aol";
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

/** Country domains that are words of a sentence, or endings of file names. */
const wordsAndFiles = new Set(
  "ac am as at be by cc do el em en es et he hm im in is it la ma md me mo mu my na ne no nu of om pa pl pm pn ps py re rs sa se sh si so st su ta te to tv us va".split(
    " ",
  ),
);

/** What a sentence may end with before one that begins with "online" or "link". */
const lastWords = new Set(
  `a agora again ahah amanhã an aqui bem bye claro cool depois done great haha hahaha here hey hi hoje home in isso it já
   kk kkk later lol me meu my nao não nice no nope now o obrigada obrigado oi ok okay on online please pls sim so sorry sure
   tá thanks that the there this thx to today tomorrow too um well work yeah yep yes you é`.split(/\s+/),
);
const endingsThatAreWords = new Set(newerEndings);

/** "there.it was" lacks a space, "notes.md" is a file; `www.` or a path would make them links. */
function isTwoSentences(raw: string, shown: string, index: number): boolean {
  const [host, ending, ...more] = raw.split(".");
  if (ending === undefined || more.length > 0 || /[/:?#]/.test(raw)) return false;
  if (/^\d+$/.test(host ?? "")) return true;
  if (/^\p{Lu}\p{Ll}/u.test(ending)) return true;
  if (shown[index - 1] === "@") return true;
  if (endingsThatAreWords.has(ending.toLowerCase())) return lastWords.has((host ?? "").toLowerCase());
  return wordsAndFiles.has(ending.toLowerCase()) && /^\p{L}+$/u.test(host ?? "");
}

const surelyAt =
  "\\s?(?:[([{]\\s?(?:at|arroba|ät|chiocciola|@)\\s?[)\\]}]|\\s(?:arroba|chiocciola)\\s)\\s?|\\s{1,2}@\\s{1,2}";
/** Also "look at example.com" and "thanks @example.com". */
const perhapsAt = "\\sat\\s{1,2}|\\s@|@\\s";
const dotWord =
  "\\s?(?:[([{]\\s?(?:dot|ponto|punto|punkt|point)\\s?[)\\]}]|\\s(?:dot|ponto|punto|punkt|point)\\s)\\s?";
const spelled = new RegExp(
  `(?<![\\p{L}\\p{N}._-])(?<mailbox>[\\p{L}\\p{N}._-]{1,63}[\\p{L}\\p{N}_-])(?:${surelyAt}|(?<perhaps>${perhapsAt}))(?<host>(?:[\\p{L}\\p{N}-]{2,40}\\.){0,3}[\\p{L}\\p{N}-]{2,40})(?:${dotWord}|(?<dot>\\s?\\.\\s?))(?:(?:com|co)\\.[a-z]{2}|com|net|org|edu|gov|info|pt|br|de|fr|es|uk|nl|pl|ru|ch|cz|se|tr)(?![\\p{L}\\p{N}])`,
  "giu",
);

/** Every word of `mentionsDot` has one of these in it. */
export const partsOfDot = "rro|dot|pon|pun|poi";
/** Whether a text may spell an e-mail address, its dot too. */
export const mentionsDot = /arroba|[ ([{](?:dot|ponto|punto|punkt|point)[ )\]}]/i;
/** Whether a text with a dot inside a word may spell the sign of an e-mail address. */
export const mentionsAt = /\bat\b|ät\b|chiocciola|\s@|@\s|[([{]@/i;

/** "ana at example dot com", "ana.lima at example.com". */
export function* findSpelledEmails(text: string): Generator<Finding> {
  for (const match of text.matchAll(spelled)) {
    if (!isPlace(match.groups))
      yield { kind: "email", start: match.index, end: match.index + match[0].length };
  }
}

const looksLikeMailbox = /\p{L}[._]\p{L}|\p{L}{2}[._-]?\d/u;
const mailHost = new RegExp(`^(?:${mailHosts})$`, "i");

/** "work at example.com" tells where; "ana.lima at example.com" and "work at gmail.com" are addresses. */
function isPlace({
  mailbox = "",
  perhaps,
  host = "",
  dot,
}: Record<string, string | undefined> = {}): boolean {
  const mayBePlace = perhaps !== undefined && dot !== undefined;
  return mayBePlace && !looksLikeMailbox.test(mailbox) && !mailHost.test(host);
}
