import fc from "fast-check";
import type { MessageKind } from "../../../src/handoffs/index.ts";
import type { ObservedMessage, ObservedThread } from "../../../src/prepare/facts/index.ts";

export const persona = "Ana Lima";

/** A message `seconds` after noon of Monday 1 January 2018, UTC. */
export function at(
  seconds: number,
  sender: string,
  text: string,
  more: Partial<ObservedMessage> = {},
): ObservedMessage {
  const sentAt = Date.UTC(2018, 0, 1, 12) + seconds * 1000;
  return { sender, sentAt, text, kind: "text", reactions: [], ...more };
}

export function pair(id: string): ObservedThread {
  return { id, title: id, isGroup: false, section: "inbox" };
}

/** Words and names that break what trusts them, as far as objects, counts and pages go. */
const texts = [
  "constructor",
  "__proto__ toString",
  "yes!",
  "haha 😂❤️",
  "…",
  " ",
  "zz".repeat(50),
  "don’t",
  "[phone] ok",
];

function anyMessage(): fc.Arbitrary<ObservedMessage> {
  return fc
    .record({
      sender: fc.constantFrom(persona, "Ben", "Zoë"),
      seconds: fc.oneof(fc.constant(null), fc.nat(40 * 86_400)),
      text: fc.oneof(fc.constantFrom(...texts), fc.string({ unit: "grapheme", maxLength: 12 })),
      kind: fc.constantFrom<MessageKind>("text", "text", "text", "media", "service"),
      emoji: fc.constantFrom("❤", "__proto__", "😆"),
    })
    .map(({ sender, seconds, text, kind, emoji }) =>
      at(seconds ?? 0, sender, text, {
        kind,
        reactions: [{ emoji, actor: persona }],
        ...(seconds === null && { sentAt: null }),
      }),
    );
}

/** Conversations of a few threads, each of messages in the order of their times. */
export function anyConversations(): fc.Arbitrary<[ObservedThread, ObservedMessage[]][]> {
  const conversation = fc
    .array(anyMessage(), { maxLength: 12 })
    .map((messages) => messages.toSorted((a, b) => (a.sentAt ?? 0) - (b.sentAt ?? 0)));
  const thread = fc
    .record({ id: fc.constantFrom("ben_1", "__proto__", "group_3"), isGroup: fc.boolean() })
    .map(({ id, isGroup }) => ({ ...pair(id), isGroup }));
  return fc.array(fc.tuple(thread, conversation), { maxLength: 8 });
}
