import fc from "fast-check";
import { expect, test } from "vitest";
import { mentionsDot, partsOfDot } from "../../../../src/prepare/redaction/addresses/links.ts";
import { partFinder } from "../../../../src/prepare/redaction/secrets/letter-parts.ts";
import { mentionsSecret, partsOfSecrets } from "../../../../src/prepare/redaction/secrets/secrets.ts";

const mayMention = partFinder(`${partsOfSecrets}|${partsOfDot}`);

/** One text for each way in which the expressions can match. */
const mentions =
  `pass|pwd|pw|senha|contrase|clave|mdp|parola|wachtw|senord|adgangsk|salasana|haslo|hasło|heslo|jelsz|sifre|şifre|
   kennw|cod|kod|código|pin|otp|tan|2fa|cvv|cvc|verif|key|token|chave|clé|wifi|wi-fi|парол|код|пин|סיסמ|קוד|كلمة|رمز|
   κωδικ|mật|kata s|पासव|mã |密码|密碼|パスワード|비밀번호|비번|รหัสผ่าน|验证码|驗證碼|認証コード|인증번호|暗証番号|รหัส|
   arroba| dot |(ponto)|[punto]|{punkt}| point `
    .split("|")
    .map((word) => word.replace(/^\n */, ""));

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

test("every way of the expressions has a text here", () => {
  const ways = `${mentionsSecret.source}|${mentionsDot.source.replace(/.*\(\?:(.*)\).*/, "arroba|$1")}`.split(
    "|",
  );

  expect(mentions.length).toBeGreaterThanOrEqual(ways.length);
});

test("most texts are spared", () => {
  const texts = ["see you at eight then", "haha yes", "what are you doing tonight?", "é isso", "ok, até já"];

  expect(texts.filter(mayMention)).toEqual([]);
});
