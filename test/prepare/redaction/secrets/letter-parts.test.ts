import fc from "fast-check";
import { expect, test } from "vitest";
import { mentionsDot, partsOfDot } from "../../../../src/prepare/redaction/addresses/spelled.ts";
import { partFinder } from "../../../../src/prepare/redaction/secrets/letter-parts.ts";
import {
  codeWords,
  mentionsSecret,
  partsOfSecrets,
  passwordWords,
  sharedWords,
  unspacedWords,
} from "../../../../src/prepare/redaction/secrets/words.ts";

const mayMention = partFinder(`${partsOfSecrets}|${partsOfDot}`);

/** One text for each way in which the expressions can match. */
const mentions =
  `pass|pwd|pw|senha|contra|contrase|clave|mdp|parola|wachtwoord|senord|adgangsk|salasana|haslo|hasło|heslo|jelsz|sifre|
   şifre|kennw|schlüssel|cod|kod|código|pin|otp|tan|puk|ww|2fa|verif|key|token|ficha|geheimz|sleutelkluis|chave|clé|cle de|cle sécu|cle wifi|wifi|wi-fi|wifey|
   wlan|kata s|login|netflix|hulu|disney|hbo|spotify|zugang|koodi|kód|netz|sandi|pinnumber|simpin|secretpw|guest network|router|hotspot|log-in|creds|
   credent|identifiants|acceso|accesso|dostęp|paramount|crunchyroll|icloud|paypal|prime video|dazn|canal+|пасс|парол|код|пин|логин|вай|סיסמ|קוד|كلمة|رمز|كود|κωδικ|mật khẩu|mat khau|
   पासव|mã |密码|密碼|口令|验证码|驗證碼|校验码|パスワード|パスコード|暗証番号|認証コード|確認コード|비밀번호|비번|인증번호|
   암호|รหัสผ่าน|รหัส|와이파이|ワイファイ|无线|無線|arroba|arobas|chiocciola|malpa|małpa|klammeraffe|apenstaart|snabel|
   kukac|zavin|собак|собачк|アット|골뱅이| dot |(ponto)|[punto]|{punkt}| point | kropka | tecka | tečka | punt | nokta |hxxp`
    .split("|")
    .map((word) => word.replace(/^\n */, ""));

/** Words of a list, in as many of their spellings as 5,000 draws bring out. */
function wordsOf(list: string): string[] {
  const pattern = new RegExp(`^(?:${list.replaceAll("[\\p{L}-]", "[x-]")})$`, "u");
  return [...new Set(fc.sample(fc.stringMatching(pattern), { seed: 1, numRuns: 5_000 }))];
}

function isMention(text: string): boolean {
  return mentionsSecret.test(text) || mentionsDot.test(text);
}

test("no text that the expressions find goes unnoticed", () => {
  const somewhere = fc.record({
    before: fc.oneof(
      fc.constantFrom("", " ", "a ", "-", "É", "😂"),
      fc.string({ unit: "grapheme-composite" }),
    ),
    word: fc.constantFrom(...mentions),
    after: fc.oneof(fc.constantFrom("", " ", ":", "1", "Ã"), fc.string({ unit: "grapheme-composite" })),
    isShouted: fc.boolean(),
  });

  expect(mentions.filter((word) => !isMention(word))).toEqual([]);
  fc.assert(
    fc.property(somewhere, ({ before, word, after, isShouted }) => {
      const text = before + (isShouted ? word.toUpperCase() : word) + after;

      expect(mayMention(text) || !isMention(text)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ["passwords", passwordWords, 400],
  ["codes", codeWords, 150],
  ["what many share a password for", sharedWords, 40],
  ["secrets, in scripts without spaces", unspacedWords, 15],
])("no word for %s goes unnoticed", (_, list, least) => {
  const words = wordsOf(list);

  expect(words.length).toBeGreaterThan(least);
  expect(words.filter((word) => !mentionsSecret.test(`a ${word} b`))).toEqual([]);
  expect(words.filter((word) => !mayMention(`a ${word} b`))).toEqual([]);
});

test("every way of the expressions has a text here", () => {
  const ways = `${mentionsSecret.source}|${mentionsDot.source}`.split("|");

  expect(mentions.length).toBeGreaterThanOrEqual(ways.length);
});

test("most texts are spared", () => {
  const texts = ["see you at eight then", "haha yes", "what are you doing tonight?", "é isso", "ok, até já"];

  expect(texts.filter(mayMention)).toEqual([]);
});
