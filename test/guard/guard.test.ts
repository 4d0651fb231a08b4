import { expect, test } from "vitest";
import { seededRandom } from "../../src/bench/inputs/seeded-random.ts";
import { Guard } from "../../src/guard/guard.ts";
import { learnRuns, type Said } from "../../src/guard/learned-runs.ts";

const secret = "the spare key of Luna's greenhouse lies under the third blue flowerpot behind the shed";
const rare = "Marisol hid Grandpa's accordion underwater";

/** Talk of people who use the same few words over and over, in as many conversations as are asked for. */
function smallTalk(conversations: number): Said[] {
  const words = "see you tomorrow at the station then we can go home and eat there it is so good to me".split(
    " ",
  );
  const random = seededRandom(7);
  const phrase = () => Array.from({ length: 9 }, () => words[Math.floor(random() * words.length)]).join(" ");
  return Array.from({ length: conversations }, () => [[phrase(), phrase()], [phrase()]]);
}

const learned = async (...said: Said[]): Promise<Guard> => {
  const all = [...smallTalk(300), ...said];
  return new Guard([
    await learnRuns(async function* () {
      yield* all;
    }),
  ]);
};

/** What can be said before the guard steps in, cut into ids as a tokeniser would: here, an id is a few bytes. */
function sayable(guard: Guard, reply: string, { before = [] as string[], idBytes = 3 } = {}): string {
  const bytes = Buffer.from(reply);
  const bytesOf = (id: number) => bytes.subarray(id * idBytes, (id + 1) * idBytes);
  const watch = guard.watch(before, bytesOf);
  for (let id = 0; id * idBytes < bytes.length; id++)
    if (!watch.read(id)) return bytes.toString("utf8", 0, id * idBytes);
  return reply;
}

/** Said in two conversations, so that only runs of twelve words are kept from being said. */
const twice = (...bubbles: string[]) => learned([["did you find it?"], bubbles], [["where?"], bubbles]);

test("the twelfth word of a copy is not said, and everything before it is", async () => {
  const guard = await twice(secret);
  const twelve = "the spare key of Luna's greenhouse lies under the third blue flowerpot";

  expect(sayable(guard, secret, { idBytes: 1 })).toBe(twelve.slice(0, -1));
  expect(sayable(guard, `well, ${secret}`, { idBytes: 1 })).toBe(`well, ${twelve}`.slice(0, -1));
  expect(
    sayable(guard, "the spare key of Ben's greenhouse lies under the third red flowerpot beside the shed"),
  ).toMatch(/shed$/);
});

test.each([
  ["capitals", secret.toUpperCase()],
  ["characters that are not seen", [...secret].join("\u200b")],
  ["marks of direction and soft hyphens", secret.replaceAll("e", "\u202ee\u00ad")],
  [
    "digits for letters",
    secret.replaceAll("e", "3").replaceAll("o", "0").replaceAll("i", "1").replaceAll("s", "5"),
  ],
  ["repeated letters", secret.replaceAll("e", "eeee").replace("Luna", "Luunnnaaa")],
  ["accents", secret.replaceAll("e", "é").replaceAll("u", "u\u0308").replaceAll("a", "å")],
  [
    "fullwidth letters",
    secret.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  ],
  [
    "mathematical letters",
    secret.replace(/[a-z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0x1d3b9)),
  ],
  ["Cyrillic letters that look alike", secret.replaceAll("e", "е").replaceAll("o", "о").replaceAll("p", "р")],
  ["other punctuation", secret.replaceAll(" ", ", — ").replace("'", "’")],
  ["a cut over two bubbles", secret.replace("greenhouse ", "greenhouse\n")],
  ["emoji between words", secret.replaceAll(" ", " 😂 ")],
])("a copy with %s is a copy", async (_, reply) => {
  const guard = await twice(secret);

  expect(sayable(guard, reply)).not.toBe(reply);
});

test("a copy that goes on over two replies is a copy, and so is one that was two bubbles in training", async () => {
  const half = secret.indexOf("under");
  const guard = await twice(secret.slice(0, half), secret.slice(half));

  expect(sayable(guard, secret)).not.toBe(secret);
  expect(sayable(guard, secret.slice(half))).toBe(secret.slice(half));
  expect(sayable(guard, secret.slice(half), { before: [secret.slice(0, half)] })).not.toBe(
    secret.slice(half),
  );
});

test("five improbable words in a row are a copy where one conversation alone has them", async () => {
  const said: Said = [["what happened?"], [`oh, ${rare}!`]];
  const once = await learned(said, [["nothing else"]]);
  const often = await learned(said, said);

  expect(sayable(once, `guess what, ${rare}`)).not.toContain("underwater");
  expect(sayable(once, rare.replace("hid", "found"))).toBe(rare.replace("hid", "found"));
  expect(sayable(often, rare)).toBe(rare);
});

test("short phrases that everybody says may be said, even where training has them once", async () => {
  const phrase = "see you tomorrow at the station";
  const guard = await learned([["when?"], [phrase]], [[`${rare} yesterday`]]);

  expect(sayable(guard, phrase)).toBe(phrase);
  expect(sayable(guard, `ok! ${phrase} :)`)).toBe(`ok! ${phrase} :)`);
});

test("scripts without spaces are read a character at a time", async () => {
  const chinese = "备用钥匙在花园小屋后面第三个蓝色花盆下";
  const guard = await learned([[chinese]]);

  expect(sayable(guard, chinese)).not.toBe(chinese);
  expect(sayable(guard, "备用钥匙在花园")).toBe("备用钥匙在花园");
});

test("text that is no text neither fails nor hides a copy", async () => {
  const guard = await learned([[secret]]);
  const noise = Buffer.from([0xff, 0xc3, 0x28, 0xe2, 0x82, 0xf0, 0x9f, 0x00]);
  const bytes = Buffer.concat([noise, Buffer.from(` ${secret}`)]);
  const watch = guard.watch([], (id) => bytes.subarray(id, id + 1));
  const read = Array.from({ length: bytes.length }, (_, id) => watch.read(id));

  expect(read.slice(0, noise.length)).not.toContain(false);
  expect(read).toContain(false);
});

test("what a reply costs is far below what an id costs", async () => {
  const guard = await learned([[secret]]);
  const replies = smallTalk(500).map(([bubbles = []]) => bubbles.join("\n"));
  const startedAt = performance.now();
  for (const reply of replies) sayable(guard, reply, { idBytes: 4 });
  const milliseconds = (performance.now() - startedAt) / replies.length;

  console.info(`the guard: ${milliseconds.toFixed(3)} ms a reply`);
  expect(milliseconds).toBeGreaterThan(0);
});
