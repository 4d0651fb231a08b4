import type { Finding } from "../findings.ts";
import { hidden } from "../folded-text.ts";

/** Words for a password, in the languages of the world's chats; those that stand alone between other letters apart. */
const passwordWords =
  "passwords?|passwort|kennwort|pass(?:code|phrase|key|wd)?|pwd?|pws|senhas?|palavra[- ]?passe|contrase[ñn]as?|clave|mot de passe|mdp|parola|wachtwoord|l[öo]senord|adgangskode|passord|salasana|has[łl]o|heslo|jelsz[óo]|[şs]ifre|пароль|пароля|паролем|סיסמ[הא]|كلمة (?:السر|المرور)|κωδικός πρόσβασης|m[ậa]t kh[ẩa]u|kata sandi|पासवर्ड|(?:wi-?fi|wlan|network|api|access|secret|private)[ -]?(?:key|pass|pw|code|schlüssel|token)|chave (?:d[oae] )?(?:wi-?fi|rede|api)|cl[ée] (?:du |de )?(?:wi-?fi|sécurité)";
const codeWords =
  "codes?|c[óo]digos?|codici?e?|kod[eu]?|koodi|pin|otp|tan|2fa|verification|verifica[cç][aã]o|verificaci[óo]n|код(?:ом)?|пин|קוד|رمز|κωδικός|mã|verificatiecode|bestätigungscode";
const unspacedWords =
  "密码|密碼|パスワード|비밀번호|비번|รหัสผ่าน|验证码|驗證碼|認証コード|인증번호|暗証番号|รหัส";

/** Whether a text speaks of secrets at all. */
export const mentionsSecret = new RegExp(
  `pass|pwd|\\bpw|senha|contrase|clave|mdp|parola|wachtw|senord|adgangsk|salasana|has[łl]o|heslo|jelsz|[şs]ifre|kennw|[ck]od|código|\\bpin\\b|\\botp\\b|\\btan\\b|2fa|\\bcv[vc]\\b|verif|\\bkey|token|chave|clé|wi-?fi|парол|код|пин|סיסמ|קוד|كلمة|رمز|κωδικ|mật|kata s|पासव|\\bmã |${unspacedWords}`,
  "i",
);

const pin = /\bpin\b|пин|비번|暗証番号/i;
const question = /[?？]|\b(?:what|qual|quel|was ist|wie|cu[aá]l|jaki|tell|send|diz|manda)/i;

/** Whether somebody asks for a PIN: the answer may look like a year. */
export function asksForPin(text: string): boolean {
  return pin.test(text) && question.test(text);
}

/** Whether a text with four digits or more may say what to enter, without a word for a code. */
export const mentionsLogin =
  /\blog[ -]?(?:in|on)\b|\bsign[ -]?in\b|\bentrar\b|\biniciar ses|\beinlogg|\banmeld|connecter\b|\bzalog|войти|войдите/i;

/** Every Latin word of `mentionsSecret` has one of these in it. */
export const partsOfSecrets =
  "pw|pas|enh|ras|cla|mdp|rol|htw|eno|dga|asa|asl|esl|lsz|ifr|nnw|cod|kod|dig|pin|otp|tan|2fa|cvv|cvc|rif|key|oke|cha|clé|wif|wi-|kat|mã ";

const before = "(?<![\\p{L}\\p{N}])";
const after = "(?![\\p{L}\\p{N}])";
const character = `[^\\s${hidden}]`;
const value = `(?:"(?<quoted>[^"\\n${hidden}]{2,80})"|(?<value>${character}{2,4096}))`;
const verb =
  "(?:is(?: now)?|was|=|é|eh|era|es|está|est|c'est|ist|lautet|war|è|er|är|on|jest|je|is het|это|-|is:|:)";
const words = (most: number) => `(?:\\s{1,4}[\\p{L}\\p{M}'’-]{1,14}){0,${most}}?`;

const passwordWord = new RegExp(`${before}(?:${passwordWords})(?=[^\\p{L}\\p{N}])`, "giu");
/** "senha do wifi: …": whatever stands there. */
const announced = new RegExp(`${words(5)}\\s{0,3}(?:[:=]|->|=>)[\\s*_\`']{0,4}${value}`, "uy");
const plainWords = (least: number) =>
  `(?<value>[\\p{L}\\p{M}'’-]{1,24}(?:[ ]{1,2}[\\p{L}\\p{M}'’-]{1,24}){${least - 1},4})(?=[^\\p{L}\\p{N}\\n${hidden}]{0,8}(?:\\n|$))`;
/** "pass: horse battery staple": two to five words and the line ends; three after more than the word itself. */
const phrases = [
  new RegExp(`\\s{0,3}[:=]\\s{0,3}${plainWords(2)}`, "uy"),
  new RegExp(`${words(5)}\\s{0,3}[:=]\\s{0,3}${plainWords(3)}`, "uy"),
];
/** Four characters with a digit or a sign among them, or capitals in the middle: no word of a sentence. */
const secretLike =
  "(?=\\S{4})(?=\\S{0,63}\\d|\\S{0,63}\\p{L}[@#$%^&*_+=]|\\S{0,63}[@#$%^&*_+=!?]\\p{L}|\\S{0,63}\\p{Ll}\\p{Lu})";
/** "the password is …", "pass …": what looks like a secret, and not "the password is wrong". */
const mentioned = new RegExp(`${words(5)}(?:\\s{1,4}${verb})?\\s{1,4}(?:${secretLike}${value})`, "uy");
const unspaced = new RegExp(
  `(?:${unspacedWords})[^\\nA-Za-z0-9${hidden}]{0,8}(?<value>[A-Za-z0-9!@#$%^&*_.-]{4,64})`,
  "giu",
);

/** Passwords that follow a word for one. */
export function* findPasswords(text: string): Generator<Finding> {
  passwordWord.lastIndex = 0;
  while (passwordWord.test(text)) {
    const match = firstMatchAt([...phrases, announced, mentioned], text, passwordWord.lastIndex);
    if (match === undefined) continue;
    yield secretOf(match, "password");
    passwordWord.lastIndex = match.index + match[0].length;
  }
  for (const match of text.matchAll(unspaced))
    yield secretOf(match, /\D/.test(match.groups?.value ?? "") ? "password" : "code");
}

function firstMatchAt(patterns: RegExp[], text: string, position: number): RegExpExecArray | undefined {
  for (const pattern of patterns) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match !== null) return match;
  }
  return undefined;
}

function secretOf(match: RegExpMatchArray, kind: "password" | "code"): Finding {
  const secret = match.groups?.quoted ?? match.groups?.value ?? "";
  const start = (match.index ?? 0) + match[0].lastIndexOf(secret);
  // A sentence's full stop is not part of the secret; what a password ends with is not known, so only that stays.
  const trimmed = secret.length > 2 ? secret.replace(/[.,;)"'»”]$/u, "") : secret;
  return { kind, start, end: start + trimmed.length, identity: trimmed };
}

const digitsOfCode =
  "(?<value>(?:[A-Z]{1,3}-)?(?:\\d{3,4}(?:[ -]?\\d{3,4}|\\d{0,4})|\\d\\d(?:[ -]\\d\\d){1,3}|\\d(?:[ -]\\d){3,7}))";
const codeAnnounced = new RegExp(
  `${before}(?<word>${codeWords})${words(5)}\\s{0,2}(?:[:=#>-]{1,2}|\\s${verb}:?)[\\s"'*#]{0,3}${digitsOfCode}(?![\\p{L}\\p{N}]|[.,]\\d)`,
  "giu",
);
const codeMentioned = new RegExp(
  `${before}(?<word>${codeWords})${words(4)}\\s+["'*#]{0,2}${digitsOfCode}(?![\\p{L}\\p{N}]|[.,]\\d)`,
  "giu",
);
const codeBefore = new RegExp(
  `${before}${digitsOfCode}["'*]{0,2}\\s+(?:is|é|eh|es|est|ist|è|er|är|to|это|-|—)\\s*${words(6)}\\s+(?:${codeWords})${after}`,
  "giu",
);
const codeToEnter = new RegExp(
  `${before}(?:use|enter|type|usa|use o|utilize|introduza|digite|ingresa|introduce|saisissez|entrez|inserisci|wpisz|введите)\\s${digitsOfCode}(?![\\p{L}\\p{N}]|[.,]\\d)`,
  "giu",
);
const codeOfLetters = new RegExp(
  `${before}(?:${codeWords})${words(4)}\\s{0,2}(?:[:=#]|\\s${verb})\\s{0,2}(?<value>(?=[A-Z-]*\\d)[A-Z0-9][A-Z0-9-]{3,23})${after}`,
  "gu",
);
/** As some senders write their codes, whatever stands around them. */
const codeOfSender = /(?<![\p{L}\p{N}])(?<value>(?:G|FB|IG|WA)-\d{4,8})(?![\p{L}\p{N}])/gu;

/** One-time codes and PINs: four to eight digits beside a word for one. */
export function* findCodes(text: string): Generator<Finding> {
  for (const match of text.matchAll(codeOfLetters)) yield secretOf(match, "code");
  for (const match of text.matchAll(codeAnnounced)) if (!isFault(text, match)) yield secretOf(match, "code");
  for (const match of text.matchAll(codeMentioned)) {
    if (!isFault(text, match) && !isYearOrHundreds(match.groups?.value ?? "")) yield secretOf(match, "code");
  }
  for (const pattern of [codeBefore, codeToEnter])
    for (const match of text.matchAll(pattern)) yield secretOf(match, "code");
}

/** "Use 481516 to log in", where no word for a code stands. */
export function* findLoginCodes(text: string): Generator<Finding> {
  for (const match of text.matchAll(codeToEnter))
    if (!isYearOrHundreds(match.groups?.value ?? "")) yield secretOf(match, "code");
}

const cardCode = /(?<![\p{L}\p{N}])cv[vc]2?[\s:=#]{1,3}(?:is\s|é\s)?(?<value>\d{3,4})(?![\p{L}\p{N}])/giu;

export function* findSendersCodes(text: string): Generator<Finding> {
  for (const match of text.matchAll(cardCode)) yield secretOf(match, "code");
  for (const match of text.matchAll(codeOfSender)) yield secretOf(match, "code");
}

/** "error code 1001" is nobody's secret; nor are three digits. */
function isFault(text: string, match: RegExpMatchArray): boolean {
  const index = match.index ?? 0;
  const digits = (match.groups?.value ?? "").replace(/\D/g, "").length;
  return (
    digits < 4 || /(?:error|status|exit|erro|http|dress)\s$/i.test(text.slice(Math.max(0, index - 8), index))
  );
}

function isYearOrHundreds(candidate: string): boolean {
  return /^(?:(?:19|20)\d\d|\d\d0{2,3})$/.test(candidate);
}

/** "it's …", "acho que é …", "c'est …". */
const leadIn =
  "(?:(?:it|it['’]?s|is|was|i|think|é|eh|era|acho|acho que|o|a|c['’]est|je crois(?: que)?|das|ist|ich glaube?|es|creo|creo que|la|el|è|credo|to|jest|chyba|это|кажется)[,:]?\\s{1,3}){0,3}";
const answeredCode = new RegExp(`^\\s*${leadIn}["'*#]?(?<value>\\d{4,8})["'*#.!]{0,3}\\s*$`, "iu");
const answeredPassword = new RegExp(
  `^\\s*${leadIn}["'*]?(?<value>(?=\\S{0,63}\\d)(?=\\S{0,63}\\p{L})[^\\s"'*${hidden}]{6,64})["'*]?\\s*$`,
  "iu",
);

/** A bubble that is nothing but a secret, soon after somebody spoke of one: "the wifi password?" – "it's horse77". */
export function* findAnswer(text: string): Generator<Finding> {
  const code = answeredCode.exec(text);
  const password = code === null ? answeredPassword.exec(text) : null;
  if (code !== null && !isYearOrHundreds(code.groups?.value ?? "")) yield secretOf(code, "code");
  if (password !== null) yield secretOf(password, "password");
}

/** Soon after somebody asked for a PIN, which may be a year. */
export function* findAnswerToPin(text: string): Generator<Finding> {
  const code = answeredCode.exec(text);
  if (code === null) yield* findAnswer(text);
  else yield secretOf(code, "code");
}
