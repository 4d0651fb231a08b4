import fc from "fast-check";
import { expect, test } from "vitest";
import { MaskCode, type Message, type Turn } from "../../../src/handoffs/index.ts";
import { loadTokenizer } from "../../../src/tokenizer/tokenizer.ts";
import { createTranscript } from "../../../src/transcript/transcript.ts";
import {
  chat,
  excludedBubbles,
  hour,
  message,
  persona,
  personaBubbles,
  prepareAndRead,
  readConversations,
  storeOf,
  words,
} from "../data-set.ts";

const repeated = "turns that repeat held-out text";

test("no eight words of a long held-out message stand in training, whoever says them", async () => {
  const said = fc.array(
    fc.record({
      sender: fc.constantFrom(persona, "Ben"),
      // A few texts, cut and joined: training and hold-out have many runs of words in common.
      text: fc
        .tuple(
          fc.integer({ min: 0, max: 5 }),
          fc.integer({ min: 0, max: 12 }),
          fc.integer({ min: 1, max: 30 }),
        )
        .map(([seed, start, length]) =>
          decorate(
            words(40, seed)
              .split(" ")
              .slice(start, start + length),
            start,
          ),
        ),
    }),
    { minLength: 10, maxLength: 80 },
  );
  await fc.assert(
    fc.asyncProperty(said, async (texts) => {
      const drawn = texts.map(({ sender, text }, index) => message("drawn", sender, text, 2 * hour * index));
      const store = storeOf([chat("base", 60), drawn]);
      const { train, val, manifest } = await prepareAndRead(store, {
        holdOutShare: 0.2,
        maxSilenceMinutes: 60,
      });
      const heldOut = new Set(personaBubbles(val).flatMap(runsOfEight));
      const learned = train.flat().flatMap(({ bubbles }) => bubbles.flatMap(runsOfEight));

      expect(learned.filter((run) => heldOut.has(run))).toEqual([]);
      const own = [...store.messages.values()].flat().filter(({ sender }) => sender === persona).length;
      expect(supervised(manifest) + excludedBubbles(manifest)).toBe(own);
    }),
    { numRuns: 40, seed: 3 },
  );
});

test.each([
  ["Greek", "en", "ο καλός δρόμος της παλιάς πόλης περνά ανάμεσα στους λόφους"],
  ["Turkish", "tr", "yarın ılık bir sabah ışıl ışıl ırmağın kıyısında sıcak çay"],
  ["Cyrillic", "ru", "завтра утром поезд уходит рано так что не опаздывай пожалуйста"],
  ["Vietnamese", "vi", "ngày mai chúng ta gặp nhau ở quán cà phê gần bờ sông nhé"],
])("a held-out text of %s is known in capitals and with other signs between", async (_, language, text) => {
  const thread = chat("ben", 60);
  const at = (index: number) => thread[2 * index + 1] as Message;
  at(5).text = `${text.toLocaleUpperCase(language).replaceAll(" ", " – ")} 🎉!!`;
  at(59).text = text;
  const { manifest } = await prepareAndRead(storeOf([thread]), { maxSilenceMinutes: 60 });

  expect(manifest.excluded[repeated]?.personaBubbles).toBe(1);
});

test("a near copy of a held-out message is left out, another text of its length is not", async () => {
  const original = words(30, 1).split(" ");
  const nearCopy = original.map((word, index) => (index % 7 === 3 ? "changed" : word)).join(" ");
  const other = words(30, 2);
  const thread = chat("ben", 60);
  const at = (index: number) => thread[2 * index + 1] as Message;
  at(5).text = nearCopy;
  at(6).text = other;
  at(59).text = original.join(" ");
  const { train, val, manifest } = await prepareAndRead(storeOf([thread]));

  expect(runsOfEight(nearCopy).some((run) => runsOfEight(original.join(" ")).includes(run))).toBe(false);
  expect(personaBubbles(val)).toContain(original.join(" "));
  expect(personaBubbles(train)).toContain(other);
  expect(personaBubbles(train)).not.toContain(nearCopy);
  expect(manifest.excluded[repeated]?.personaBubbles).toBe(1);
});

test("where a turn is taken out, its conversation becomes two, and no end is learned there", async () => {
  const secret = words(20, 9);
  const thread = chat("ben", 60);
  const talk = [
    ["Ben", "one"],
    [persona, "two"],
    ["Ben", secret],
    [persona, "four"],
  ] as const;
  const inserted = talk.map(([sender, text], index) => message("ben", sender, text, -1000 + 60 * index));
  (thread.at(-1) as Message).text = secret;
  const { train, directory } = await prepareAndRead(storeOf([[...inserted, ...thread]]));
  const [first, second] = await readConversations(directory, "train");

  expect(train[0]).toEqual([turn("Ben", "one"), turn(persona, "two")]);
  expect(train[1]?.[0]).toEqual(turn(persona, "four"));
  expect(first?.mask.at(-1)).toBe(MaskCode.structure);
  expect(second?.mask.at(-1)).toBe(MaskCode.nextSpeaker);
  const transcript = createTranscript({ tokenizer: await loadTokenizer(), rendering: "plain", persona });
  expect(second?.tokens).toEqual(transcript.render(train[1] as Turn[]).ids);
});

test("with enough threads, some are held out whole, and always the same ones", async () => {
  const threads = Array.from({ length: 40 }, (_, index) => chat(`friend-${index}`, 6, `Friend of ${index}`));
  const small = { neutralLabelShare: 0, holdOutShare: 0, holdOutThreadShare: 0.1 };
  const one = await prepareAndRead(storeOf(threads), small);
  const more = await prepareAndRead(storeOf([...threads, chat("another", 6, "Another")]), small);
  const wholeThreads = one.val.length / 6;

  expect(wholeThreads).toBeGreaterThan(0);
  expect(Number.isInteger(wholeThreads)).toBe(true);
  expect(friendsIn(one.train).filter((friend) => friendsIn(one.val).includes(friend))).toEqual([]);
  expect(friendsIn(more.val)).toEqual(expect.arrayContaining(friendsIn(one.val)));
});

test("other people's held-out words are marked as theirs", async () => {
  const { directory } = await prepareAndRead(storeOf([chat("ben", 100)]), { neutralLabelShare: 0 });
  const tokenizer = await loadTokenizer();
  const [conversation] = await readConversations(directory, "val");
  const theirs =
    conversation?.tokens.filter((_, index) => conversation.mask[index] === MaskCode.others) ?? [];

  expect(tokenizer.decode(theirs)).toBe("question 95\n\n");
});

function turn(speaker: string, bubble: string): Turn {
  return { speaker, isPersona: speaker === persona, bubbles: [bubble] };
}

function friendsIn(conversations: Turn[][]): string[] {
  return [...new Set(conversations.flat().flatMap(({ isPersona, speaker }) => (isPersona ? [] : [speaker])))];
}

function supervised({
  splits: { train, val },
}: {
  splits: Record<"train" | "val", { personaBubbles?: number | undefined }>;
}) {
  return (train.personaBubbles ?? 0) + (val.personaBubbles ?? 0);
}

/** Case and punctuation do not make another text. */
function decorate(list: string[], kind: number): string {
  if (kind % 3 === 0) return list.join(" ").toUpperCase();
  return kind % 3 === 1 ? list.join(", ") : `«${list.join(" ")}»!`;
}

/** An independent reading of "runs of eight words". */
function runsOfEight(text: string): string[] {
  const list = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return list.slice(7).map((_, index) => list.slice(index, index + 8).join(" "));
}
