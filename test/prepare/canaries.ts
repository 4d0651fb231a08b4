import { iban, inGroups, withLuhn } from "../../src/bench/redaction/values/accounts.ts";
import type { RedactedKind } from "../../src/prepare/redaction/index.ts";

/** A private value that no file of a data set may hold, in a sentence that somebody could have sent. */
export interface Canary {
  kind: RedactedKind;
  /** Unique among the canaries of a call; what to search the files for. */
  value: string;
  text: string;
}

/** The owner's list under which canaries of the kind `own` are found: the contents of a `redact.txt`. */
export const canaryRules = "# planted\n/zq[a-z]{8}/\nmoonstone harbour\n";

/** Canaries of every kind in turn, the same for the same seed, in ordinary sentences of several languages. */
export function plantedCanaries(seed: number, count: number): Canary[] {
  const random = randomFrom(seed);
  const seen = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[index % kinds.length] as RedactedKind;
    const { sentences, value } = planters[kind];
    let planted: string;
    do planted = value(random);
    while (seen.has(planted));
    seen.add(planted);
    return { kind, value: planted, text: random.pick(sentences).replace("{}", () => planted) };
  });
}

interface Planter {
  sentences: string[];
  value: (random: Random) => string;
}

const anywhere = [
  "{}",
  "hey, {} ok?",
  "I think it was {}",
  "guarda aí {} sff",
  "é {} não te esqueças",
  "mira {} por favor",
  "tiens, {} merci",
  "hier: {} danke dir",
  "ecco {} ciao",
  "вот {} спасибо",
  "masz {} pa",
  "al {} tamam mı",
  "给你 {} 谢谢",
  "هذا {} شكرا",
  "lol 😂 {} 👍",
  "first line\n{}\nthird line",
];

const planters: Record<RedactedKind, Planter> = {
  phone: { sentences: anywhere, value: (random) => random.disguise(random.pick(phones)(random)) },
  email: {
    sentences: anywhere,
    value: (random) =>
      `${random.pick(["", "joão.", "m-", "x_y+"])}${random.letters(9)}@${random.pick(["", "mail."])}${random.letters(7)}.${random.pick(["com", "org", "pt", "co.uk", "example"])}`,
  },
  link: {
    sentences: anywhere,
    value: (random) =>
      `${random.pick(["https://", "http://www.", "www.", ""])}${random.letters(9)}.${random.pick(["com", "net", "co.uk", "de"])}${random.pick(["", "/", `/${random.letters(6)}?q=${random.letters(5)}#x`])}`,
  },
  card: {
    sentences: anywhere,
    value: (random) =>
      inGroups(withLuhn(random.pick(["4", "51", "55", "2221"]), 16, random), random.pick(["", " ", "-"])),
  },
  bank: {
    sentences: anywhere,
    value: (random) => {
      const { country, length } = random.pick([
        { country: "DE", length: 18 },
        { country: "PT", length: 21 },
        { country: "ES", length: 20 },
        { country: "BE", length: 12 },
      ]);
      return inGroups(iban(country, random.digits(length)), random.pick(["", " "]));
    },
  },
  address: {
    sentences: anywhere,
    value: (random) => {
      const name = capital(random.letters(9));
      const house = 1 + random.below(299);
      return random.pick([
        `Rua ${name} ${house}`,
        `Av. da ${name}, nº ${house}`,
        `${house} ${name} Street`,
        `${house} ${name} Road`,
        `${name}straße ${house}`,
        `Calle ${name} ${house}`,
        `${house} rue de ${name}`,
        `Via ${name}, ${house}`,
        `ul. ${name} ${house}`,
      ]);
    },
  },
  ip: {
    sentences: anywhere,
    value: (random) =>
      random.below(2) === 0
        ? [0, 0, 0, 0].map(() => 1 + random.below(254)).join(".")
        : `2001:db8:${random.hex(4)}::${random.hex(4)}:${random.hex(4)}`,
  },
  code: {
    sentences: [
      "your code is {}",
      "code: {}",
      "o código é {}",
      "el código es {}, rápido",
      "dein Code: {}",
      "le code est {}",
      "il codice è {}",
      "код {}",
      "kod: {}",
      "验证码 {}",
      "{} is your verification code",
      "PIN {}",
    ],
    value: (random) =>
      random.pick([
        `${1 + random.below(9)}${random.digits(5)}`,
        `${1 + random.below(9)}${random.digits(6)}3`,
      ]),
  },
  password: {
    sentences: [
      "the password is {}",
      "password: {}",
      "a senha do wifi é {}",
      "senha: {}",
      "la contraseña es {}",
      "mot de passe : {}",
      "Passwort: {}",
      "Das Passwort ist {}",
      "la parola d'ordine? password {}",
      "пароль: {}",
      "hasło: {}",
      "şifre: {}",
      "密码是{}",
      "كلمة السر: {}",
      "wifi key: {}",
    ],
    value: (random) => `${random.letters(5)}${random.digits(3)}${random.letters(4)}`,
  },
  number: { sentences: anywhere, value: (random) => `${1 + random.below(9)}${random.digits(13)}7` },
  own: {
    sentences: anywhere,
    value: (random) => `zq${random.letters(8)}`,
  },
};
const kinds = Object.keys(planters) as RedactedKind[];

const phones: ((random: Random) => string)[] = [
  (random) => `+351 91${random.digits(1)} ${random.digits(3)} ${random.digits(3)}`,
  (random) => `91${random.digits(7)}`,
  (random) => `96${random.digits(1)}-${random.digits(3)}-${random.digits(3)}`,
  (random) => `+44 7700 9${random.digits(5)}`,
  (random) => `07${random.digits(3)} ${random.digits(6)}`,
  (random) => `(11) 9${random.digits(4)}-${random.digits(4)}`,
  (random) => `06 ${random.digits(2)} ${random.digits(2)} ${random.digits(2)} ${random.digits(2)}`,
  (random) => `+1 (212) 5${random.digits(2)}-${random.digits(4)}`,
  (random) => `0049 151 ${random.digits(8)}`,
];

interface Random {
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
  digits(length: number): string;
  letters(length: number): string;
  hex(length: number): string;
  /** The same digits as another script writes them, or with marks between that cannot be seen. */
  disguise(value: string): string;
}

/** The generator mulberry32. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  const pick = <T>(from: readonly T[]) => from[below(from.length)] as T;
  const draw = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[below(alphabet.length)]).join("");
  const script = (zero: number) => (value: string) =>
    value.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
  const disguises = [
    (value: string) => value,
    (value: string) => value,
    script(0x660),
    script(0x966),
    script(0xff10),
    script(0x1d7ce),
    (value: string) => value.replaceAll(" ", "\u00a0").replaceAll("-", "\u2011"),
    (value: string) => [...value].join("\u200b"),
  ];
  return {
    below,
    pick,
    digits: (length) => draw("0123456789", length),
    letters: (length) => draw("bcdfghjklmnpqrstvwxz", length),
    hex: (length) => draw("123456789abcdef", length),
    disguise: (value) => pick(disguises)(value),
  };
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
