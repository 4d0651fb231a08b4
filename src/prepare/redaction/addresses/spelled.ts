import type { Finding } from "../findings.ts";
import { anyOf, start, whenNeeded } from "../word-lists.ts";

const hosts = [
  "gmail|googlemail|hotmail|outlook|yahoo|ymail|icloud|live|msn|protonmail|proton|gmx|web\\.de|uol|bol|sapo|yandex",
  "aol|mail\\.ru|zoho|fastmail|tuta(?:nota)?|hey|orange|laposte|libero|seznam|wp|onet|interia|qq|163|naver",
];
/** Where many have their mail, as they call it. */
export const mailHosts = anyOf(hosts);

const signs = [
  "at|ät|arroba|arobas[ea]?|chiocciola|ma[łl]pa|klammeraffe|affenschwanz|apenstaartje|snabel-?a|kukac|zavin[áa][čc]",
  "собак[аи]|собачка|アット(?:マーク)?|골뱅이|@",
];
/** Those that are nothing else between two words. */
const plainSigns = [
  "arroba|arobas[ea]?|chiocciola|ma[łl]pa|klammeraffe|apenstaartje|snabel-?a|kukac|zavin[áa][čc]|собак[аи]|собачка|アット(?:マーク)?|골뱅이",
];
const dots = ["dot|ponto|punto|punkt|kropka|te[čc]ka|nokta|точка|ドット|쩜|점"];
const surelyAt = `\\s?(?:[([{]\\s?(?:${anyOf(signs)})\\s?[)\\]}]|\\s(?:${anyOf(plainSigns)})\\s)\\s?|\\s{1,2}@\\s{1,2}`;
/** Also "look at example.com" and "thanks @example.com". */
const perhapsAt = "\\sat\\s{1,2}|\\s@|@\\s";
const dotWord = `\\s?(?:[([{]\\s?(?:${anyOf(dots)}|\\.)\\s?[)\\]}]|\\s(?:${anyOf(dots)})\\s)\\s?`;
const endings =
  "(?:(?:com|co|org|net)(?:\\.|\\s(?:dot|ponto|punto)\\s)[a-z]{2}|com|net|org|edu|gov|info|io|me|eu|pt|br|de|fr|es|it|uk|nl|be|pl|ru|ch|at|cz|se|no|dk|fi|hu|gr|tr|jp|kr|cn|in|au|nz|ca|mx|ar|cl)";
/** "at this point in time": where the word has other uses, an end that has none. */
const afterDot = `(?:${dotWord}${endings}|\\s?(?:[([{]\\s?(?:point|punt|pont)\\s?[)\\]}]|\\s(?:point|punt|pont|piste)\\s)\\s?(?:com|net|org|fr|be|nl|ch|ca|eu|hu|fi))`;
const notGoingOn = "(?![\\p{L}\\p{N}])";
const mailbox = "(?<![\\p{L}\\p{N}._-])(?<mailbox>[\\p{L}\\p{N}._-]{1,63}[\\p{L}\\p{N}_-])";
const spelled = whenNeeded(
  () =>
    new RegExp(
      `${mailbox}(?:${surelyAt}|(?<perhaps>${perhapsAt}))(?<host>(?:[\\p{L}\\p{N}-]{2,40}\\.){0,3}[\\p{L}\\p{N}-]{2,40})(?:${afterDot}|(?<dot>\\s?\\.\\s?)${endings})${notGoingOn}`,
      "giu",
    ),
);
/** "ana.lima99 at gmail", "lena arroba hotmail": without the end that everybody knows. */
const atKnownHost = whenNeeded(
  () =>
    new RegExp(
      `${mailbox}(?:${surelyAt}|(?<perhaps>\\sat\\s{1,2}|\\son\\s))(?:${mailHosts})(?:\\scom)?(?![\\p{L}\\p{N}.])`,
      "giu",
    ),
);
/** "gmail: ana.lima99", "my icloud is lena_marsh". */
const afterHost = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:${mailHosts}|e-?mail|mail|correo|courriel|skype)\\s{0,2}(?:[:=]|->|→|\\s(?:is|é|es|est|ist|è))\\s{0,3}(?<name>(?=[\\p{L}\\p{N}._+-]{0,40}(?:\\d|[\\p{L}\\d][._]\\p{L}))\\p{L}[\\p{L}\\p{N}._+-]{3,63}[\\p{L}\\p{N}_])(?![\\p{L}\\p{N}@/._+-])`,
      "giu",
    ),
);

const path = "[\\p{L}\\p{N}._~%#?=&/-]*[\\p{L}\\p{N}/]";
const slash = "\\s?(?:/|\\s(?:slash|barra|schrägstrich|ukośnik|schuine streep|слэш)\\s)\\s?";
const siteBefore = "(?:(?:go to|visit|check|site|website|link|page|on|at|its|it['’]s|is)\\s(?:out\\s)?|:\\s)";
/** "mysite dot com/ab12", "www dot example dot com", "my site is example dot com". */
const spelledLink = whenNeeded(
  () =>
    new RegExp(
      `(?<![\\p{L}\\p{N}._@-])(?:(?:https?:?//)?www(?:\\.|${dotWord})[\\p{L}\\p{N}-]{2,40}${afterDot}(?:${slash}${path})?|[\\p{L}\\p{N}-]{2,40}${afterDot}${slash}${path}|(?<=${siteBefore})(?!the\\s|a\\s)[\\p{L}\\p{N}-]{3,40}${dotWord}(?:com|net|org)${notGoingOn})`,
      "giu",
    ),
);
/** Defused so that nobody clicks: "hxxps://example.com", "example[.]com". */
const defused =
  /(?<![\p{L}\p{N}])(?:h(?:xx|tt)ps?:\/\/|h(?:xx|tt)ps?\[:\]\/\/)?(?:[\p{L}\p{N}-]{2,63}(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\.)){1,4}\p{L}{2,24}(?:\/[^\s<>"]*)?/giu;

/** Every word of `mentionsDot` has one of these in it. */
export const partsOfDot =
  "arroba|arobas|chiocc|malpa|klamme|apenst|snabel|kukac|zavin| dot |ponto |punto |punkt |point |kropka|tecka| punt |nokta |hxxp";
/** Whether a text may spell an e-mail address, its dot too. */
export const mentionsDot =
  /arroba|arobas|chiocciola|ma[łl]pa|klammeraffe|apenstaart|snabel|kukac|zavin|собак|собачк|アット|골뱅이|[ ([{](?:dot|ponto|punto|punkt|point|kropka|te[čc]ka|punt|nokta)[ )\]}]|hxxp/i;
/** Whether a text with a dot inside a word, or a digit, may spell the sign of an e-mail address, or tell a name at a host. */
export const mentionsAt = new RegExp(
  `\\bat\\b|\\bon\\b|ät\\b|\\s@|@\\s|[([{]@|[[({]\\.|(?:${mailHosts}|mail|correo|courriel|skype)\\s{0,2}(?:[:=→-]|is|é|es|è)`,
  "i",
);

/** Whether a text without a dot inside a word may tell a name at a host. */
export const mentionsMailHost = new RegExp(
  `(?:\\s(?:at|on)\\s{1,2}|[)\\]}]\\s?)(?:${mailHosts})|(?:${mailHosts}|mail|correo|courriel|skype)\\s{0,2}(?:[:=→]|->|is|é|es|è)`,
  "i",
);
/** Whether a text may write a dot in brackets, so that nobody follows the link. */
export const mentionsDefused = /[[({](?:\.|dot)[\])}]|\[:\]|hxxp/i;

/** "ana at example dot com", "ana.lima at example.com". */
export function* findSpelledEmails(text: string): Generator<Finding> {
  for (const match of text.matchAll(spelled())) if (!isPlace(match.groups)) yield toFinding(match, "email");
  for (const match of text.matchAll(atKnownHost())) {
    const { mailbox = "", perhaps } = match.groups ?? {};
    if (perhaps === undefined || looksLikeMailbox.test(mailbox)) yield toFinding(match, "email");
  }
  for (const match of text.matchAll(afterHost())) {
    const { name = "" } = match.groups ?? {};
    const from = match.index + match[0].length - name.length;
    yield { kind: "email", start: from, end: from + name.length };
  }
}

/** "mysite dot com/ab12", "hxxps://example[.]com". */
export function* findSpelledLinks(text: string): Generator<Finding> {
  for (const match of text.matchAll(spelledLink())) yield toFinding(match, "link");
  for (const match of text.matchAll(defused))
    if (/^h(?:xx|ttps?\[)|\[\.\]|\(\.\)|\{\.\}|\[dot\]/i.test(match[0])) yield toFinding(match, "link");
}

function toFinding({ 0: whole, index }: RegExpExecArray, kind: "email" | "link"): Finding {
  return { kind, start: index, end: index + whole.length };
}

const looksLikeMailbox = /\p{L}[._]\p{L}|\p{L}{2}[._-]?\d/u;
const mailHost = whenNeeded(() => new RegExp(`^(?:${mailHosts})$`, "i"));

/** "work at example.com" tells where; "ana.lima at example.com" and "work at gmail.com" are addresses. */
function isPlace({
  mailbox = "",
  perhaps,
  host = "",
  dot,
}: Record<string, string | undefined> = {}): boolean {
  const mayBePlace = perhaps !== undefined && dot !== undefined;
  return mayBePlace && !looksLikeMailbox.test(mailbox) && !mailHost().test(host);
}
