import { expect, test } from "vitest";
import { Memories, type Persona, type ReplyOutcome } from "../../../../src/serve/index.ts";
import { mannersWith } from "../../manners-with.ts";
import { connect, lastWords, scripted } from "../connect.ts";
import { sourceOf } from "../voices/voices-with.ts";

const outcome: ReplyOutcome = {
  ending: "said",
  bubbles: 1,
  candidates: [{ tokens: 8, failure: "repetition" }, { tokens: 4 }],
  tokens: 12,
  firstTokenMs: 120,
  tokensPerSecond: 34.2,
};

/** Somebody whose replies took so long, and so many candidates. */
function drawn(): Persona {
  return {
    ...scripted(() => []),
    async *reply(memory) {
      memory.beginAnswer();
      yield { type: "bubble-end", bubble: `heard ${lastWords(memory.turns)}` };
      yield { type: "reply-end", outcome };
    },
  };
}

test("/stats tells the owner who speaks and how, what replies took, and how Discord does", async () => {
  const { server } = await connect({
    persona: drawn(),
    manners: mannersWith({ patience: 0.25, talkativeness: 0 }),
  });
  const owner = server.friend("Ana");
  const voice =
    "**Ana**: run 1234, trained on gpt2-large; a script. " +
    "Its times are usual times, at patience 0.25. In groups it speaks only when addressed.";
  const place =
    /^Being drawn now: 0 replies\. In 1 server, here for \d+ s, Discord's heartbeat takes \d+ ms\.$/;
  expect(await linesOf(owner)).toEqual([voice, "Nothing was said yet.", expect.stringMatching(place)]);
  owner.says("one");
  await server.untilSaid("heard one");
  owner.says("two");
  await server.untilSaid("heard two");
  const asked = owner.types("/stats");

  expect((await asked.words()).split("\n")).toEqual([
    voice,
    "Last reply: first token after 120 ms, 34.2 tokens/s, 12 tokens, 2 candidates.",
    "So far: 2 replies of 24 tokens, the first after 120 ms in the median. Of 4 candidates, not all may be said: 2 × repetition.",
    expect.stringMatching(place),
  ]);
  expect(asked.isEphemeral).toBe(true);
  expect(await server.friend("Ben").types("/stats").words()).toBe("Only my owner can do that.");
});

test("/stats knows every voice that is loaded, and what is being drawn", async () => {
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const persona = scripted(async () => {
    await gate;
    return ["at last"];
  });
  const { server } = await connect({ persona, voices: sourceOf("Zoe") });
  const owner = server.friend("Ana");
  owner.says("hi");
  await expect
    .poll(() => linesOf(owner), { timeout: 30_000 })
    .toContainEqual(expect.stringMatching(/^Being drawn now: 1 reply\./));
  go();
  await server.untilSaid("at last");
  await owner.types("/persona use name:Zoe").words();

  expect((await linesOf(owner)).slice(0, 2)).toEqual([
    expect.stringContaining("**Ana**"),
    expect.stringContaining("**Zoe**"),
  ]);
});

test("an answer that is longer than Discord takes is cut at a word, and is an answer", async () => {
  const about = `model ${"of many words ".repeat(30)}`.trim();
  const names = Array.from({ length: 8 }, (_, index) => `Zoe ${index}`);
  const { server } = await connect({
    voices: {
      keys: () => names,
      offers: async () =>
        names.map((name) => ({ key: name, name, reference: name, kind: "persona" as const, about })),
      open: async (name) => ({
        persona: { ...scripted(() => []), name, about },
        memories: new Memories({ persona: name }),
        manners: mannersWith({}),
        friendOf: () => undefined,
        close: async () => {},
      }),
    },
  });
  const listed = await server.friend("Ben").types("/persona list").words();

  expect(listed.length).toBeLessThanOrEqual(2000);
  expect(listed).toMatch(/^\*\*›\*\* Ana: .*· Zoe 3: .* (?:of|many|words|model)…$/s);
});

async function linesOf(owner: { types(line: string): { words(): Promise<string> } }): Promise<string[]> {
  return (await owner.types("/stats").words()).split("\n");
}
