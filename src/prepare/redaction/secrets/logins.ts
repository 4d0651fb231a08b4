import type { Finding } from "../findings.ts";
import { hidden } from "../folded-text.ts";
import { anyOf, start, whenNeeded } from "../word-lists.ts";
import { secretOf } from "./secret-of.ts";
import { anyValue, isNoSecret, isPlaceholder, surelySecret } from "./values.ts";
import { passwordWords, sharedWords } from "./words.ts";

/** Words for a name by which somebody logs in, by language. */
const names = [
  "log-?in|user ?name|user|usr|account|acct?|creds?|credentials|id",
  "benutzer(?:name)?|nutzer(?:name)?|zugang(?:sdaten)?|anmeldung|anmeldename",
  "identifiants?|utilisateur|compte",
  "usuarios?|usu[áa]rio|utilizador|acesso|acceso|conta|cuenta",
  "utente|accesso|nome utente",
  "gebruiker(?:snaam)?|inlog|użytkownik|login|konto",
  "логин|пользователь|kullanıcı(?: adı)?",
];
const unspaced = "账号|用户名|アカウント|ユーザー名?|아이디|계정";
/** Of which an e-mail address is hidden already. */
const name = `(?:[\\p{L}\\p{N}@._+-]{2,64}|${hidden}{2,64})`;
const nameWord = `(?:${start}(?:${anyOf(names)})(?![\\p{sc=Latin}\\d])|${unspaced})`;
/** "login: nora / tulip88", "netflix: nora, tulip88", "creds: lena:tulip88". */
const besideName = whenNeeded(
  () =>
    new RegExp(
      `(?:${nameWord}|${start}(?:${sharedWords}))(?:\\s\\p{L}{1,12})?\\s{0,2}(?:(?:[:=]|->|→)\\s{0,3}${name}(?:\\s{0,2}[/|,;:–-]\\s{0,2}|\\s{1,2})|(?:\\s(?:is|ist|é|es|est|è))?\\s{1,3}${name}\\s{0,2}[/|,;:]\\s{0,2})${surelySecret}`,
      "giu",
    ),
);
/** "login lena tulip88", and nothing else in the bubble. */
const nameAlone = whenNeeded(
  () => new RegExp(`^\\s*${nameWord}\\s{1,3}${name}\\s{1,3}${surelySecret}\\s*$`, "giu"),
);
/** "user lena pass tulip88": a name between, without any sign. */
const afterName = whenNeeded(
  () =>
    new RegExp(
      `${nameWord}\\s{0,2}(?:[:=]|is|ist|é|es|est)?\\s{1,3}${name}[\\s,/;|]{1,4}(?:(?:and|und|et|e|y)\\s)?(?:p|${passwordWords})\\s{0,2}(?:[:=]|is|ist|é|es|est)?\\s{1,3}${surelySecret}`,
      "giu",
    ),
);
/** "u: lena p: tulip88". */
const short = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:u|user|l|e|email)\\s?[:=]\\s?${name}[\\s,;|/]{1,4}(?:p|pw|pass)\\s?[:=]\\s?${anyValue}`,
      "giu",
    ),
);

const keyWords =
  "key|token|secret|passw(?:or)?d|passwd|passphrase|pwd|pass|auth|credentials?|apikey|accessid|signature";
/** "API_KEY=x9f3k2m1q8", "DB_PASSWORD: …", `"clientSecret": "…"`. */
const assigned = whenNeeded(
  () =>
    new RegExp(
      `(?<![\\p{L}\\p{N}])[\\w.-]{0,40}?(?:${keyWords})[\\w.-]{0,20}["'\`]?\\s?(?:=|:=|=>|(?<=[_"'\`A-Z][\\w.-]{0,20}["'\`]?\\s?):)\\s?["'\`]?(?<value>[^\\s"'\`;,&<>(){}\\[\\]]{4,512})`,
      "giu",
    ),
);
const bearer = /(?<![\p{L}\p{N}])(?:bearer|authorization:\sbasic)\s(?<value>[\w.+/=-]{12,2048})/giu;

/** Passwords beside the name that they belong to. */
export function* findLogins(text: string): Generator<Finding> {
  for (const pattern of [besideName, afterName, nameAlone])
    for (const match of text.matchAll(pattern()))
      if (!isNoSecret(match.groups?.value ?? "")) yield secretOf(match, "password");
  for (const match of text.matchAll(short()))
    if (!isPlaceholder(match.groups?.value ?? "")) yield secretOf(match, "password");
}

/** Secrets that a program is told: the right side of an assignment. */
export function* findAssignedSecrets(text: string): Generator<Finding> {
  for (const match of text.matchAll(assigned()))
    if (isAssignedSecret(match)) yield secretOf(match, "password");
  for (const match of text.matchAll(bearer))
    if (/\d/.test(match.groups?.value ?? "")) yield secretOf(match, "code");
}

function isAssignedSecret({ 0: whole, groups }: RegExpMatchArray): boolean {
  const value = groups?.value ?? "";
  if (isPlaceholder(value) || /^[-$%*!/~.]/.test(value)) return false;
  if (/pass(?:wor)?d|passphrase|pwd/i.test(whole.slice(0, whole.length - value.length))) return true;
  return (
    value.length >= 8 &&
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !/^\d+[.x]|[-._/].*[-._/].*[-._/]/.test(value)
  );
}

/** Whether a text with a digit or a sign may tell a login. */
export const mentionsName = new RegExp(`${nameWord}|${start}(?:${sharedWords})|${start}[ulpe]\\s?[:=]`, "iu");
/** Whether a text may assign a secret. */
export const mentionsAssigned = new RegExp(
  `(?:${keyWords})[\\w.-]{0,20}["'\`]?\\s?(?:[:=])|bearer|authorization`,
  "i",
);
