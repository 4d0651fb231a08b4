import fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../../../../src/handoffs/index.ts";
import {
  createRedactor,
  onlyOptedOutSpeak,
  optedOutBubble,
  optedOutLabel,
  withoutOptedOut,
} from "../../../../src/prepare/redaction/index.ts";

const persona = "Inês Duarte";
const optedOut = new Set(["Ben Carter", "Cleo Reis"]);

test("what people who opted out sent in a row is one bubble of somebody", () => {
  const conversation = [
    message(persona, "hi all"),
    message("Ben Carter", "hello"),
    message("Ben Carter", "how are you"),
    message("Cleo Reis", "hey"),
    message(persona, "fine"),
    message("Dora Nunes", "me too"),
    message("Cleo Reis", "bye"),
  ];

  expect(withoutOptedOut(conversation, optedOut).map(({ sender, text }) => [sender, text])).toEqual([
    [persona, "hi all"],
    [optedOutLabel, optedOutBubble],
    [persona, "fine"],
    ["Dora Nunes", "me too"],
    [optedOutLabel, optedOutBubble],
  ]);
});

test("nothing of theirs is left anywhere in the messages, and everything of the others is", () => {
  const sender = fc.constantFrom(persona, "Ben Carter", "Cleo Reis", "Dora Nunes");
  const drawn = fc.array(
    fc.record({ sender, actor: sender, number: fc.integer({ min: 100_000, max: 999_999 }) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(drawn, (drawings) => {
      const conversation = drawings.map(({ sender, actor, number }) => ({
        ...message(sender, `${optedOut.has(sender) ? "theirs" : "ours"} ${number}`),
        attachments: [{ kind: "photo" as const, name: optedOut.has(sender) ? "theirs.jpg" : "ours.jpg" }],
        reactions: [{ emoji: "👍", actor }],
      }));
      const left = withoutOptedOut(conversation, optedOut);

      expect(JSON.stringify(left)).not.toMatch(/theirs|Ben|Carter|Cleo|Reis/);
      expect(left.filter(({ text }) => text.startsWith("ours")).map(({ text }) => text)).toEqual(
        conversation.filter(({ text }) => text.startsWith("ours")).map(({ text }) => text),
      );
    }),
    { numRuns: 200, seed: 2026 },
  );
});

test("the original messages are not changed", () => {
  const conversation = [{ ...message(persona, "hi"), reactions: [{ emoji: "👍", actor: "Ben Carter" }] }];
  withoutOptedOut(conversation, optedOut);

  expect(conversation[0]?.reactions).toHaveLength(1);
});

test("a conversation with nobody else is told apart", () => {
  const withBen = [message(persona, "hi"), message("Ben Carter", "hello")];

  expect(onlyOptedOutSpeak(withBen, persona, optedOut)).toBe(true);
  expect(onlyOptedOutSpeak([...withBen, message("Dora Nunes", "hey")], persona, optedOut)).toBe(false);
  expect(onlyOptedOutSpeak([message(persona, "hi")], persona, optedOut)).toBe(false);
});

test("redaction leaves the bubble as it is", () => {
  expect(createRedactor().openConversation()(optedOutBubble)).toBe(optedOutBubble);
});

function message(sender: string, text: string): Message {
  return {
    thread: "t",
    sender,
    text,
    sentAt: 0,
    kind: "text",
    attachments: [],
    reactions: [],
    source: "facebook/inbox",
  };
}
