import type { Finding } from "../findings.ts";
import { hidden } from "../folded-text.ts";
import { anyOf } from "../word-lists.ts";
import { isYearOrHundreds } from "./codes.ts";
import { secretOf } from "./secret-of.ts";
import { isNoSecret, surelySecret } from "./values.ts";

/** "it's …", "acho que é …", "try …": what comes before the answer, by language. */
const leadIns = [
  "it|it['’]?s|its|is|was|i|think|try|should|be|the|code|sure|here|use|prob(?:ably)?|maybe|just|yeah|yes|ok",
  "é|eh|era|acho|acho que|acho q|que|o|a|tenta|experimenta|deve|ser|sim",
  "c['’]est|je crois(?: que)?|essaie|essaye|oui|le",
  "das|ist|ich glaube?|probier|versuch|müsste|sein|ja|der",
  "es|creo|creo que|la|el|prueba|debe|sí",
  "è|credo|prova|dovrebbe|essere|il|to|jest|chyba|spróbuj|это|кажется|попробуй|het is|probeer|dene|det är|prøv|testa",
];
const tails = [
  "i think|i guess|lol|haha+|x+|all low(?:er)?(?:case)?|all caps|no caps|no spaces?|one word|try it|i believe|maybe|please|pls|ok|then (?:enter|hash|#)",
  "acho|acho eu|acho que sim|creo|je crois|glaub(?:e)? ich|müsste es sein|credo|chyba|kkk+|rs+|jaja+|mdr",
];
const leadIn = `(?:(?:${anyOf(leadIns)})[,:!]?\\s{1,3}){0,4}`;
const tail = `["'*#.!,]{0,3}(?:\\s{1,3}(?:${anyOf(tails)})){0,2}[\\s.!)]{0,3}[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f\\u200d\\s]{0,12}`;
const answeredCode = new RegExp(`^\\s*${leadIn}["'*#]?(?<value>\\d{4,8})${tail}$`, "iu");
const answeredPassword = new RegExp(
  `^\\s*${leadIn}["'*]?(?<value>(?![!$/-])(?=\\S{0,63}\\d)(?=\\S{0,63}[a-zA-Z])[^\\s"'*?${hidden}]{6,64})${tail}$`,
  "iu",
);
/** With one word more, whatever it is, before or behind: "prøv tulip88", "tulip88だよ". */
const withOneWord = new RegExp(
  `^\\s*${leadIn}(?:(?!(?:install|with|in|on|use[ds]?|hi|hey|for|from|of)\\s)\\p{L}{2,12}[!,]?\\s{1,3})?["'*]?${surelySecret}(?![?:,])(?:\\s{0,3}\\p{L}{1,12})?${tail}$`,
  "iu",
);

/** A bubble that is little but a secret, soon after somebody asked for one: "the wifi password?" – "it's horse77". */
export function* findAnswer(text: string): Generator<Finding> {
  const code = answeredCode.exec(text);
  if (code !== null) {
    if (!isYearOrHundreds(code.groups?.value ?? "")) yield secretOf(code, "code");
    return;
  }
  const password = answeredPassword.exec(text) ?? withOneWord.exec(text);
  if (password !== null && !isNoSecret(password.groups?.value ?? "")) yield secretOf(password, "password");
}

/** Soon after somebody asked for a PIN, which may be a year. */
export function* findAnswerToPin(text: string): Generator<Finding> {
  const code = answeredCode.exec(text);
  if (code === null) yield* findAnswer(text);
  else yield secretOf(code, "code");
}
