import { expect, test } from "vitest";
import { Memories } from "../../../../src/serve/index.ts";
import { connect, eventually, scripted } from "../connect.ts";

test("Why this? tells how an answer was drawn, in figures and none of anybody's words", async () => {
  const memories = new Memories({ persona: "Ana" });
  const persona = scripted(() => []);
  const { server } = await connect({
    memories,
    persona: {
      ...persona,
      async *reply() {
        yield { type: "bubble-end", bubble: "the answer" };
        const candidates = [{ tokens: 9, failure: "repetition" as const }, { tokens: 5 }];
        const outcome = { ending: "said" as const, bubbles: 1, candidates, tokens: 14, firstTokenMs: 80 };
        yield { type: "reply-end", outcome, drawnBy: "temperature 0.8, the first that may be said" };
      },
    },
  });
  const ben = server.friend("Ben");
  const question = ben.says("a question");
  const [answer] = await server.untilSaid(1);
  await eventually(() => expect(memories.get(ben.direct).turns.length).toBe(2));
  if (answer === undefined) throw new Error("There is one.");
  const told = ben.uses("Why this?", answer);

  expect(await told.words()).toBe(
    [
      "I am run 1234, trained on gpt2-large.",
      "Replies are drawn by temperature 0.8, the first that may be said.",
      "This one: first token after 80 ms, 14 tokens, 2 candidates.",
      "Filters refused: 1 × repetition.",
    ].join("\n"),
  );
  expect(told.isEphemeral).toBe(true);
  expect(await ben.uses("Why this?", question).words()).toBe("I did not say that.");
  memories.get(ben.direct).reset();
  expect(await ben.uses("Why this?", answer).words()).toBe("I no longer know how I came to say that.");
});
