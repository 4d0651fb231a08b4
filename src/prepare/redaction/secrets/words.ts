import { anyOf, end, start } from "../word-lists.ts";

/** Words for a password. German ones may begin with what it is for: "Netflixpasswort". */
const passwords = [
  "passwords?|passphrase|pass ?key|passwd|pass(?:code|wd)?|pwd?|pws|pass ?word",
  "[\\p{L}-]{0,24}(?:passw[oö]rt|kennwort)(?:e|s|es)?|(?:wi-?fi|wlan|netzwerk|router|sicherheits)[- ]?schlüssel",
  "senhas?|palavra[- ]?passe|chave (?:d[oae] )?(?:wi-?fi|rede|api)",
  "contrase[ñn]as?|contra|clave",
  "mots? de passe|mdp|cl[ée] (?:du |de )?(?:wi-?fi|sécurité)",
  "parola(?: d['’]ordine)?",
  "[\\p{L}-]{0,24}(?:wachtwoord|l[öo]senord(?:et)?|adgangskoden?|passord(?:et)?|salasana)|ww",
  "has[łl]o|heslo|jelsz[óo]|parol[ăe]",
  "[şs]ifre(?:si|miz|m)?",
  "парол[ьяюе]м?|пасс",
  "סיסמ[הא]|كلمة (?:السر|المرور)|κωδικός πρόσβασης|m[ậa]t kh[ẩa]u|kata sandi|sandi|पासवर्ड",
  "(?:wi-?fi|wlan|network|api|access|secret|private)[ -]?(?:key|pass|pw|code|token)",
];
/** Words for a code or PIN. Those of one word with what it opens: "Haustürcode", "portkod". */
const codes = [
  "codes?|pin(?: ?(?:code|number))?|otp|2fa|tokens?|verification|puk|one[- ]time (?:code|password)",
  "c[óo]digos?|verifica[cç][aã]o|verificaci[óo]n|ficha",
  "codici?e?|code",
  "(?:haus|wohnungs|ein|garagen|hof)?tür[- ]?codes?|(?:tresor|tor|zugangs|bestätigungs|sicherheits|einmal|safe|alarm|handy|sperr|zahlen)-?codes?|geheimzahl|tan|(?:sim|handy|karten|bank|ec)-?pin",
  "digicode|digicodes?",
  "(?:deur|toegangs|alarm|verificatie|poort)codes?|sleutelkluis",
  "(?:port|dörr|grind|entré|inngangs|dør|adgangs)kod(?:en?)?|koden|ovikoodi|koodi",
  "kod[euyi]?|kodu|kód(?:u|ja)?",
  "код(?:ом|а|у)?|пин",
  "קוד|رمز|كود|κωδικός|mã|kode",
];
const unspaced = [
  "密码|密碼|口令|验证码|驗證碼|校验码",
  "パスワード|パスコード|暗証番号|認証コード|確認コード",
  "비밀번호|비번|인증번호|암호",
  "รหัสผ่าน|รหัส",
];
/** What many share a password for, so that "the wifi is …" tells one; after them only what looks like a password goes. */
const shared = [
  "wi-?fi|wlan|wifey|netz|wi ?fi|router|hotspot|guest network|вай-?фа[йя]?|вайфа[йя]?|와이파이|ワイファイ|无线|無線",
  "netflix|hulu|disney\\+?|hbo(?: ?max)?|spotify|paramount|crunchyroll|icloud|paypal|prime video|dazn|canal\\+",
  "log-?in|logins|creds|credentials|zugang(?:sdaten)?|identifiants|acceso|accesso|acesso|dostęp|логин",
];

export const passwordWords = anyOf(passwords);
export const codeWords = anyOf(codes);
export const unspacedWords = anyOf(unspaced);
export const sharedWords = anyOf(shared);

const apart = (word: string) => `(?<![a-zà-ÿ0-9])(?:${word})(?![a-zà-ÿ0-9])`;
/** Whether a text speaks of secrets at all, with any word of the lists: the searches for them are not asked otherwise. */
export const mentionsSecret = new RegExp(
  `pass|pwd|(?<![a-zà-ÿ0-9])(?:pw|key|hbo|cle (?:wi|d|s))|senha|contra\\b|contrase|clave|mdp|parol|htwoord|senord|adgangsk|salasana|has[łl]o|heslo|jelsz|[şs]ifre|kennw|schlüssel|[ck]od|koodi|código|kód|${apart("pin|otp|tan|puk|ww|netz|sandi|pin ?number|(?:sim|handy|karten|bank|ec)-?pin|(?:network|api|access|secret|private)(?:key|pw)")}|2fa|verif|token|ficha|geheimz|kluis|chave|clé|wi[ -]?fi|wifey|wlan|guest network|router|hotspot|kata s|log-?in|creds|credent|identifiants|ac?cess?o|dostęp|netflix|hulu|disney|spotify|paramount|crunchyroll|icloud|paypal|prime video|dazn|canal\\+|zugang|пасс|парол|код|пин|логин|вай|סיסמ|קוד|كلمة|رمز|كود|κωδικ|m[ậa]t kh[ẩa]u|पासव|(?<![a-zà-ÿ])mã |${unspacedWords}|와이파이|ワイファイ|无线|無線`,
  "i",
);

/** Every Latin word of `mentionsSecret` has one of these in it. */
export const partsOfSecrets =
  "pass|pwd| pw|senha|contra|clave|mdp|parol|htwoor|senord|adgang|salas|haslo|heslo|jelsz|sifre|kennw|schl|cod|kod|kód|oodi|digo| pin |pinnum|mpin |ypin |npin |kpin |cpin | otp | tan | puk | ww |2fa|verif| key|key |pw |token|ficha|geheim|kluis|chave|clé|cle d|cle s|cle wi|wifi|wi fi|wifey|wlan|netz|est ne|router|hotspo|kata s|sandi|t khau|login|log in|creds|creden|dentif|cesso|ceso|netfli|hulu|disney| hbo|spotif|paramo|runchy|icloud|paypal|me vid|dazn|canal|zugang|mã ";

const pin = /\bpin\b|пин|비번|暗証番号|geheimzahl/i;
const asking = [
  "[?？]|\\b(?:what|which|whats|what['’]s|wats?|tell|send|give|need|gimme|remind|drop|pls|plz|please)\\b",
  "\\b(?:qual|diz|manda|passa|me d[áa])\\b|\\b(?:cu[aá]l|dime|m[áa]ndame|p[áa]same|dame)\\b",
  "\\b(?:quel|quelle|envoie|donne|dis-moi|c['’]est quoi)\\b|\\b(?:was ist|wie|sag|schick|gib|brauch\\p{L}*)\\b",
  "\\b(?:qual|dimmi|mandami|dammi)\\b|\\b(?:jaki\\p{L}*|podaj|wyślij)\\b|какой|скажи|дай|скинь|教えて|多少|什么|何|뭐|알려",
];
const isAsked = new RegExp(anyOf(asking), "iu");
/** Questions and remarks about secrets that nobody answers with one. */
const aboutSecrets = [
  "\\b(?:how|why|when|where|who|reset\\p{L}*|forgot|forget|lost|chang\\p{L}*|enter\\p{L}*|typ(?:e|ing)|ask(?:s|ing)|prompt\\p{L}*)\\b",
  "\\b(?:without|wrong|works?|working|slow|fast|signal|bad|better|broken|drivers?|card|adapter|connect\\p{L}*|install\\p{L}*|setup|set up)\\b",
  "\\b(?:esqueci|mud(?:ar|ei|o)|olvid\\p{L}+|oubli\\p{L}+|chang\\p{L}+|vergessen|ändern|dimenticat\\p{L}+|zapomnia\\p{L}+|cambi\\p{L}+)\\b",
  "\\b(?:porque|por qué|pourquoi|warum|cómo|como (?:faço|fazer)|comment|perché|dlaczego)\\b|забыл|почему",
];
const isAboutSecrets = new RegExp(anyOf(aboutSecrets), "iu");
const maxWordsOfQuestion = 12;
const maxWordsOfHeading = 5;

/** What somebody asked for or announced, so that a bubble soon after may be it. A PIN may look like a year. */
export type Secret = "pin" | "secret";

/** What a text that mentions secrets asks for, or announces: "netflix login?", "the wifi password:". */
export function secretAskedFor(text: string): Secret | undefined {
  const words = text.trim().split(/\s+/).length;
  if (words > maxWordsOfQuestion) return undefined;
  const question = isAsked.test(text);
  if (!question && words > maxWordsOfHeading && !/[:：]\s*$/.test(text)) return undefined;
  // Last, since no other look here takes as long.
  if (isAboutSecrets.test(text)) return undefined;
  return question && pin.test(text) ? "pin" : "secret";
}

/** A password's word with nothing of another word around it. */
export const passwordWord = new RegExp(`${start}(?:${passwordWords})${end}`, "giu");
