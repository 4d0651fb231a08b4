/** Messages of exports with something wrong in them at any place, as JSON gives them. */
import fc from "fast-check";

/** Keys that objects have without having been given them, and one that nobody knows. */
const strangeKeys = ["__proto__", "constructor", "toString", "hasOwnProperty", "new_key"];

const anything = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1.5, "", "x"),
  fc.constantFrom<unknown>([], {}, [null], [[]], [{}], ["x"], { uri: 5 }, [{ uri: "x" }]),
);

/** Mostly what is right, sometimes anything. */
function mostly(right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: anything });
}

const text = mostly(fc.string({ maxLength: 5 }));
const number = mostly(fc.constantFrom(0, -5, 1_700_000_000, 1_700_000_000_123, Number.MAX_VALUE));
const flag = mostly(fc.boolean());

/** An object with some of the keys, and now and then a strange one; `__proto__` as a key of its own. */
function objectOf(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  const entry = (key: string, value: fc.Arbitrary<unknown>) => value.map((it) => [key, it] as const);
  const known = Object.entries(fields).map(([key, value]) => entry(key, value));
  const strange = strangeKeys.map((key) => entry(key, anything));
  const entries = fc.oneof(
    { weight: 8, arbitrary: fc.oneof(...known) },
    { weight: 1, arbitrary: fc.oneof(...strange) },
  );
  return fc
    .uniqueArray(entries, { maxLength: 6, selector: ([key]) => key })
    .map((pairs) =>
      JSON.parse(
        `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`,
      ),
    );
}

const listOf = (item: fc.Arbitrary<unknown>) => mostly(fc.array(mostly(item), { maxLength: 3 }));
const file = objectOf({ uri: text, creation_timestamp: number, thumbnail: anything });
const reaction = objectOf({ reaction: text, actor: text, timestamp: number });

export const dyiMessages = mostly(
  objectOf({
    sender_name: text,
    timestamp_ms: number,
    timestamp: number,
    content: text,
    type: text,
    is_unsent: flag,
    is_taken_down: flag,
    missed: flag,
    call_duration: number,
    ip: anything,
    plan: anything,
    is_geoblocked_for_viewer: anything,
    bumped_message_metadata: mostly(objectOf({ is_bumped: flag, bumped_message: text })),
    photos: listOf(file),
    videos: listOf(file),
    audio_files: listOf(file),
    files: listOf(file),
    gifs: listOf(file),
    sticker: mostly(file),
    share: mostly(objectOf({ link: text, share_text: anything, media: anything })),
    reactions: listOf(reaction),
    users: listOf(objectOf({ name: text })),
  }),
);

export const secureStorageMessages = mostly(
  objectOf({
    senderName: text,
    text,
    timestamp: number,
    type: text,
    isUnsent: flag,
    media: listOf(file),
    reactions: listOf(reaction),
  }),
);
