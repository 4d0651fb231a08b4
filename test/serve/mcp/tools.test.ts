import { expect, test, vi } from "vitest";
import { UserError } from "../../../src/errors.ts";
import type { Persona } from "../../../src/serve/index.ts";
import { idsOf, personaWith, ScriptedEngine } from "../scripted-engine.ts";
import { connect, talkingOf } from "./connected.ts";

const answering = () => new ScriptedEngine(() => idsOf("yes", "why?"));

test("a run is named by its whole id even where another's begins with it, and by a beginning that one run has", async () => {
  const runs = ["abcd", "abcdef", "12ab"].map((id) => ({ id, state: "finished", answers: false }));
  const { call } = await connect({ persona: personaWith(answering()), runs });
  const idOf = async (run: string) => {
    const { structuredContent, refusal } = await call("run_status", { run });
    return refusal ?? structuredContent?.id;
  };

  expect(await idOf("abcd")).toBe("abcd");
  expect(await idOf("abcde")).toBe("abcdef");
  expect(await idOf("latest")).toBe("abcd");
  expect(await idOf("ab")).toBe("Several runs begin so.");
  expect(await idOf("ff")).toBe("There is no such run.");
});

test("what was evaluated for drafts is forgotten, also where drawing fails", async () => {
  const forgotten: string[] = [];
  let draws = 0;
  const persona: Persona = {
    ...personaWith(answering()),
    async *reply(memory) {
      if (++draws > 1) throw new Error("the engine is gone");
      yield { type: "bubble-end", bubble: `after ${memory.turns.length}` };
    },
    forget: (id) => void forgotten.push(id),
  };
  const { call, warnings } = await connect({ persona });
  const messages = [{ text: "on my way" }, { from: "Ben Ito", text: "when?" }];
  const one = await call("draft_reply", { messages });
  const failed = await call("draft_reply", { messages, drafts: 3 });

  expect(one.structuredContent).toEqual({ drafts: [["after 2"]] });
  expect(failed.refusal).toContain("cannot answer");
  expect(forgotten).toEqual([expect.stringContaining("mcp draft "), expect.stringContaining("mcp draft ")]);
  expect(new Set(forgotten).size).toBe(2);
  expect(warnings).toHaveLength(1);
});

test("a conversation goes on in the order in which it was asked, and forgets what was taken back", async () => {
  const heard: string[][] = [];
  let goOn = () => {};
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const persona: Persona = {
    ...personaWith(answering()),
    async *reply({ turns }, { signal } = {}) {
      heard.push(turns.flatMap(({ bubbles }) => bubbles));
      if (heard.length === 1) await mayGoOn;
      if (!signal?.aborted) yield { type: "bubble-end", bubble: `answer ${heard.length}` };
    },
  };
  const { call } = await connect({ persona });
  const leaving = new AbortController();
  const ask = (text: string, options = {}) => call("ask_persona", { text, conversation: "a" }, options);
  const first = ask("one");
  const second = ask("two", { signal: leaving.signal }).catch(() => "taken back");
  const third = ask("three");
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  leaving.abort();
  expect(await second).toBe("taken back");
  goOn();

  expect((await first).structuredContent).toEqual({ bubbles: ["answer 1"], conversation: "a" });
  expect((await third).structuredContent).toEqual({ bubbles: ["answer 2"], conversation: "a" });
  expect(heard.at(-1)).toEqual(["one", "answer 1", "three"]);
});

test("the owner is told what to do about a failure, the client that there was one, and nobody what was said", async () => {
  const failures = [
    new TypeError("cannot read see you at eight"),
    new UserError("The model is gone.", { fix: "persona train" }),
  ];
  const persona: Persona = {
    ...personaWith(answering()),
    // biome-ignore lint/correctness/useYield: it fails before.
    async *reply() {
      throw failures.shift();
    },
  };
  const { call, warnings } = await connect({ persona });
  const refusals = [
    await call("ask_persona", { text: "see you at eight" }),
    await call("draft_reply", { messages: [{ from: "Ben", text: "see you at eight" }] }),
  ];

  expect(refusals.map(({ refusal }) => refusal)).toEqual(
    Array(2).fill("The persona cannot answer at the moment; its owner is told why."),
  );
  expect(warnings).toEqual([expect.stringMatching(/^TypeError at /), "The model is gone. persona train"]);
  expect(warnings.join("")).not.toContain("eight");
});

test("a persona that could not be opened is opened again when it is next asked", async () => {
  let tries = 0;
  const { call, warnings } = await connect({
    open: async () => {
      if (++tries === 1) throw new UserError("No model yet.", { fix: "persona train" });
      return talkingOf(personaWith(answering()));
    },
  });

  expect((await call("ask_persona", { text: "hi" })).refusal).toContain("its owner is told why");
  expect((await call("ask_persona", { text: "hi" })).structuredContent).toMatchObject({
    bubbles: ["yes", "why?"],
  });
  expect(warnings).toEqual(["No model yet. persona train"]);
});
