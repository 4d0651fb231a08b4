import { afterEach, expect, test } from "vitest";
import { divertible } from "../../../../src/commands/serving/chat/divertible-terminal.ts";
import type { Desk } from "../../../../src/commands/serving/chat/slash-commands.ts";
import { chatOnTerminal } from "../../../../src/commands/serving/chat/terminal-chat.ts";
import { UserError } from "../../../../src/errors.ts";
import { Memory, type Timing, timingOf } from "../../../../src/serve/index.ts";
import { openTerminal } from "../../../../src/terminal.ts";
import {
  idsOf,
  personaWith,
  type Script,
  ScriptedEngine,
  textOf,
  tokenizer,
} from "../../../serve/scripted-engine.ts";
import { eventually, FakeTerminal } from "./fake-terminal.ts";

const enter = "\r";
const [ctrlC, ctrlD, ctrlL, left, right, up] = ["\x03", "\x04", "\x0c", "\x1b[D", "\x1b[C", "\x1b[A"];
const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

test("what is said stands right, the answer left, and the line that is typed below", async () => {
  const { terminal, say } = start(() => idsOf("sure", "if the train comes"));
  await say("are you coming?");
  await eventually(() => expect(terminal.screen).toHaveLength(4));

  expect(terminal.screen.map((line) => line.trim())).toEqual([
    "are you coming? │",
    "│ sure",
    "│ if the train comes",
    "Ben Ito ›",
  ]);
  expect(terminal.screen[0]).toMatch(/^ {50,}are/);
});

test("lines that are typed or pasted while it answers are heard as one burst", async () => {
  const gate = newGate();
  const prompts: number[][] = [];
  const { terminal, say } = start(function* (_, prompt) {
    prompts.push(prompt);
    yield* idsOf(`answer ${prompts.length}`);
  }, gate);
  await say("first");
  await terminal.shows("is typing");
  terminal.type("second\rthird\r");
  terminal.type("fourth\r");
  await terminal.shows("fourth");
  gate.open();
  await terminal.shows("answer 2");
  await say("");

  expect(prompts).toHaveLength(2);
  const asked = textOf(prompts[1] ?? []);
  expect(asked).toMatch(/first[\s\S]*answer 1[\s\S]*second\nthird\nfourth/);
  expect(said(terminal)).toEqual(["first │", "│ answer 1", "second │", "third │", "fourth │", "│ answer 2"]);
});

test("several lines that are pasted at once get one answer", async () => {
  const { terminal, prompts } = start(() => idsOf("yes"));
  terminal.type("one\rtwo\rthree\r");
  await terminal.shows("│ yes");

  expect(prompts).toHaveLength(1);
  expect(textOf(prompts[0] ?? [])).toContain("one\ntwo\nthree");
});

test("Ctrl-C stops the answer and not the program; at an empty line, the second one leaves", async () => {
  const [word = 0] = tokenizer.encode(" word");
  const gate = newGate();
  const {
    terminal,
    say,
    left: hasLeft,
  } = start(function* () {
    yield* tokenizer.encode("well");
    for (let index = 0; ; index++) yield word + index;
  }, gate);
  await say("hi");
  await terminal.shows("is typing");
  terminal.type(ctrlC);
  gate.open();
  await terminal.shows("Stopped.");
  expect(said(terminal)).toEqual(["hi │"]);
  terminal.type(`half a line${ctrlC}`);
  await eventually(() => expect(terminal.screen.at(-1)).toBe("Ben Ito ›"));
  terminal.type(ctrlC);
  await terminal.shows("once more leaves");
  expect(hasLeft()).toBe(false);
  terminal.type(ctrlC);
  await eventually(() => expect(hasLeft()).toBe(true));
});

test("arrows go through the candidates, and the one that is shown is what was said", async () => {
  const { terminal, say, prompts } = start((seed) => idsOf(`answer of seed ${seed}`));
  await say("/seed 0");
  await say("hi");
  await terminal.shows("answer of seed 0");
  await say("/candidates 3");
  await terminal.shows("3 of 3");
  expect(terminal.screen.join("\n")).toMatch(
    / {2}answer of seed 0\n {2}answer of seed 100\n│ answer of seed 200/,
  );
  terminal.type(left);
  await terminal.shows("2 of 3");
  terminal.type(right);
  terminal.type(right);
  await terminal.shows("1 of 3");
  terminal.type(right);
  await terminal.shows("2 of 3");
  await say("and?");
  await eventually(() => expect(prompts).toHaveLength(3));

  expect(textOf(prompts[2] ?? [])).toMatch(/hi[\s\S]*answer of seed 100[\s\S]*and\?/);
  expect(textOf(prompts[2] ?? [])).not.toContain("answer of seed 0");
  await eventually(() => expect(terminal.screen.join("\n")).not.toContain("answer of seed 200"));
});

test("/regenerate draws another answer to the same words", async () => {
  const { terminal, say } = start((seed) => idsOf(`answer of seed ${seed}`));
  await say("/regenerate");
  await terminal.shows("nothing to answer");
  await say("/seed 5");
  await say("hi");
  await terminal.shows("answer of seed 5");
  await say("/regenerate");
  await terminal.shows("2 of 2");

  expect(said(terminal)).toEqual(["hi │", "│ answer of seed 105"]);
});

test("/wrong keeps what they would not say with what they would, and the conversation goes on with that", async () => {
  const { terminal, say, corrections } = start(() => idsOf("as an AI, I cannot"));
  await say("/wrong no");
  await terminal.shows("no answer to correct");
  await say("coming?");
  await terminal.shows("│ as an AI");
  await say("/wrong");
  await terminal.shows("would Ana Lima say instead?");
  await say("omw");
  await terminal.shows("│ omw");
  await say("/wrong on my way!");
  await terminal.shows("│ on my way!");

  const context = [{ speaker: "Ben Ito", isPersona: false, bubbles: ["coming?"] }];
  expect(corrections).toEqual([
    { context, rejected: ["as an AI, I cannot"], better: ["omw"] },
    { context, rejected: ["omw"], better: ["on my way!"] },
  ]);
});

test("commands say what they took and what they cannot take", async () => {
  const { terminal, say, saved } = start(() => idsOf("yes"));
  await say("hi");
  await terminal.shows("│ yes");
  for (const line of [
    "/stats",
    "/patience 2",
    "/seed x",
    "/candidates 0",
    "/save",
    "/regenrate",
    "/save there",
  ])
    await say(line);
  await terminal.shows("Saved: there");

  const shown = terminal.screen.join("\n");
  expect(shown).toMatch(/Last reply: first token after [\d,]+ ms.* 4 tokens, 1 candidate\./);
  expect(shown).toContain("So far: 1 reply of 4 tokens. No candidate was thrown away.");
  expect(shown).toContain("/patience takes a number from 0 to 1.");
  expect(shown).toContain("/seed takes a whole number from 0.");
  expect(shown).toContain("/candidates takes a whole number from 1 to 20.");
  expect(shown).toContain("/save takes the name of a file.");
  expect(shown).toContain('There is no /regenrate. Did you mean "/regenerate"?');
  expect(saved[0]?.map(({ bubbles }) => bubbles)).toEqual([["hi"], ["yes"]]);
  await say("/save taken");
  await terminal.shows("It is taken. Choose another.");
});

test("/reset forgets what was said", async () => {
  const { terminal, say, prompts } = start(() => idsOf("yes"));
  await say("the old words");
  await terminal.shows("│ yes");
  await say("/reset");
  await terminal.shows("Forgotten.");
  await say("new");
  await eventually(() => expect(prompts).toHaveLength(2));

  expect(textOf(prompts[1] ?? [])).not.toContain("old words");
});

test("a reply without a word is told apart from one that may not be said", async () => {
  const silent = start(() => idsOf());
  await silent.say("hi");
  await silent.terminal.shows("Ana Lima has nothing to say to that.");
  const refused = start(() => idsOf("call [phone]"));
  await refused.say("hi");
  await refused.terminal.shows("Ana Lima has nothing that may be said: 4 × placeholder.");
  expect(refused.terminal.screen.join("\n")).not.toContain("[phone]");
});

test("a message of which nothing is seen gets no answer", async () => {
  const { terminal, say } = start(() => idsOf("what?"));
  await say("\u200b".repeat(4000));
  await terminal.shows("Ana Lima would see nothing of that.");
  await say("hi");
  await eventually(() => expect(said(terminal)).toContain("│ what?"));

  expect(said(terminal).filter((line) => line === "│ what?")).toHaveLength(1);
});

test("with patience, bubbles are not streamed, and a new message stops those that are not said yet", async () => {
  const { terminal, say, prompts } = start(() => idsOf("one", "two"));
  await say("/patience 0.001");
  await terminal.shows("Answers come in 0.001 of the time");
  await say("hi");
  await eventually(() => expect(said(terminal)).toEqual(["hi │", "│ one", "│ two"]));
  await say("/patience 0");
  await terminal.shows("Answers come at once.");
  await say("and?");
  await eventually(() => expect(said(terminal).slice(-3)).toEqual(["and? │", "│ one", "│ two"]));

  expect(prompts).toHaveLength(2);
});

test("what a model writes cannot move the cursor or colour the screen", async () => {
  const { terminal, say } = start(() => idsOf("a\x1b[2Jb\x1b]0;title\x07c\u202ed\x9b31me"));
  await say("hi \x1b[31m there");
  await terminal.shows("│ a [2Jb ]0;title c d 31me");

  for (const sequence of ["\x1b[2J", "\x1b]", "\x07", "\u202e", "\x9b", "\x1b[31m"])
    expect(terminal.raw).not.toContain(sequence);
});

test("bubbles are coloured for a dark or a light terminal, and not where nobody wants colours", async () => {
  const rawOf = async (env: NodeJS.ProcessEnv, depth = 8) => {
    const { terminal, say } = start(() => idsOf("yes"), undefined, { env, depth });
    await say("hi");
    await terminal.shows("yes");
    return terminal.raw;
  };
  const xterm = { TERM: "xterm-256color" };

  expect(await rawOf(xterm)).toContain("\x1b[48;5;238;38;5;255m yes \x1b[0m");
  expect(await rawOf({ ...xterm, COLORFGBG: "0;15" })).toContain("\x1b[48;5;253;38;5;234m yes \x1b[0m");
  expect(await rawOf({ TERM: "xterm" }, 4)).toContain("\x1b[47;30m yes \x1b[0m");
  expect(await rawOf({ ...xterm, NO_COLOR: "1" })).not.toContain("\x1b[0m");
});

test("what the program has to say meanwhile does not tear the screen", async () => {
  const { terminal, notes, say } = start(() => idsOf("yes"));
  await say("hi");
  await eventually(() => expect(said(terminal)).toContain("│ yes"));
  notes.note("Ana Lima answers as run 2 from now on.");
  notes.warn("The data set is gone.");

  expect(terminal.screen.map((line) => line.trim())).toEqual([
    "hi │",
    "Ana Lima answers as run 2 from now on.",
    "The data set is gone.",
    "│ yes",
    "Ben Ito ›",
  ]);
});

test("a narrower terminal breaks bubbles anew, and nothing is left of the wider one", async () => {
  const letters = "one two three four five six seven eight nine ten eleven twelve";
  const { terminal, say } = start(() => idsOf(letters));
  const answer = () => said(terminal).filter((line) => line.startsWith("│"));
  await say("hi");
  await eventually(() => expect(answer()).toHaveLength(2));
  terminal.resize(30);
  await eventually(() => expect(answer().length).toBeGreaterThan(2));

  expect(answer().join("").replaceAll("│", "")).toBe(` ${letters}`);
});

test("a long line is typed over several rows, and earlier ones come back by the arrow", async () => {
  const { terminal, say } = start(() => idsOf("yes"), undefined, { columns: 40 });
  await say("the first one");
  await terminal.shows("│ yes");
  terminal.type(up);
  await eventually(() => expect(terminal.screen.at(-1)).toBe("Ben Ito › the first one"));
  terminal.type(" and more".repeat(6));
  await eventually(() => expect(terminal.screen.slice(-2).join("")).toContain("and more and more"));
  terminal.type(ctrlL);
  await eventually(() => expect(terminal.screen.at(-1)).toContain("more"));
});

test("what is said while candidates are drawn is answered after them", async () => {
  const gate = newGate();
  gate.open();
  const { terminal, say } = start((seed) => idsOf(`answer of seed ${seed}`), gate);
  await say("/seed 0");
  await say("hi");
  await eventually(() => expect(said(terminal)).toEqual(["hi │", "│ answer of seed 0"]));
  gate.close();
  await say("/candidates 2");
  await terminal.shows("is typing");
  await say("and?");
  gate.open();

  await eventually(() =>
    expect(said(terminal)).toEqual(["hi │", "│ answer of seed 100", "and? │", "│ answer of seed 0"]),
  );
});

test("whoever loses patience is answered what they said before", async () => {
  const { terminal, say } = start(() => idsOf("yes"), undefined, {
    timing: slow({ burstWaitMs: 3_600_000 }),
  });
  await say("/patience 1");
  await say("hi");
  await say("/patience 0");

  await eventually(() => expect(said(terminal)).toEqual(["hi │", "│ yes"]));
});

test("what waits for an answer is forgotten with the conversation", async () => {
  const { terminal, say, prompts } = start(() => idsOf("yes"), undefined, {
    timing: slow({ burstWaitMs: 3_600_000 }),
  });
  await say("/patience 1");
  await say("the old words");
  await say("/reset");
  await say("/patience 0");
  await say("new");
  await eventually(() => expect(said(terminal)).toEqual(["new │", "│ yes"]));

  expect(textOf(prompts[0] ?? [])).not.toContain("old words");
});

test("Ctrl-C stops an answer that waits until it is due", async () => {
  const { terminal, say, prompts } = start(() => idsOf("yes"), undefined, {
    timing: slow({ replyDelayMs: 3_600_000 }),
  });
  await say("/patience 1");
  await say("hi");
  await eventually(() => expect(prompts).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 50));
  terminal.type(ctrlC);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await say("/save there");

  await terminal.shows("Saved: there");
  expect(said(terminal)).toEqual(["hi │"]);
});

test("candidates are drawn together, and their list grows as they come", async () => {
  const gate = newGate({ after: 5 });
  gate.open();
  const { terminal, say, prompts } = start((seed) => idsOf("one", `two ${seed}`), gate);
  await say("/seed 0");
  await say("hi");
  await eventually(() => expect(said(terminal)).toContain("│ two 0"));
  gate.close();
  await say("/candidates 3");
  await terminal.shows("  one\n  t\n  one\n  t\nAna Lima is typing …");
  expect(said(terminal)).toEqual(["hi │", "│ one", "│ two 0"]);
  gate.open();
  await terminal.shows("3 of 3");

  // One prompt for the answer, and one for both candidates.
  expect(prompts).toHaveLength(2);
  expect(terminal.screen.join("\n")).toContain("  one\n  two 0\n  one\n  two 100\n│ one\n│ two 200");
});

test("a candidate that may not be said is left out, and another one is drawn in its place", async () => {
  const { terminal, say, seeds } = start((seed) =>
    idsOf(seed === 200 ? "call [phone]" : `answer of seed ${seed}`),
  );
  await say("/seed 0");
  await say("hi");
  await eventually(() => expect(said(terminal)).toEqual(["hi │", "│ answer of seed 0"]));
  await say("/candidates 4");
  await terminal.shows("4 of 4");

  expect(seeds).toEqual([0, 100, 200, 300, 400]);
  expect(terminal.screen.join("\n")).not.toContain("[phone]");
});

test("Ctrl-C while candidates are drawn stops them all, and so does leaving", async () => {
  const candidates = async (key: string) => {
    const gate = newGate({ after: 5 });
    gate.open();
    const chat = start((seed) => idsOf("one", `two ${seed}`), gate);
    await chat.say("/seed 0");
    await chat.say("hi");
    await eventually(() => expect(said(chat.terminal)).toContain("│ two 0"));
    gate.close();
    await chat.say("/candidates 3");
    await chat.terminal.shows("  one\n  t\nAna Lima is typing …");
    chat.terminal.type(key);
    await new Promise((resolve) => setTimeout(resolve, 50));
    gate.open();
    return chat;
  };
  const stopped = await candidates(ctrlC);
  await stopped.terminal.shows("3 of 3");
  expect(said(stopped.terminal)).toEqual(["hi │", "│ one"]);
  const left = await candidates(ctrlD);
  await eventually(() => expect(left.left()).toBe(true));
  expect(left.prompts).toHaveLength(2);
});

test("whoever leaves in the middle of an answer leaves at once", async () => {
  const gate = newGate();
  const { terminal, say, prompts, left: hasLeft } = start(() => idsOf("yes"), gate);
  await say("hi");
  await terminal.shows("is typing");
  await say("and?");
  terminal.type(ctrlD);
  await new Promise((resolve) => setTimeout(resolve, 50));
  gate.open();
  await eventually(() => expect(hasLeft()).toBe(true));

  expect(prompts).toHaveLength(1);
});

test("an engine that fails for a reason that people can mend is told, and the conversation goes on", async () => {
  let fails = true;
  const { terminal, say } = start(() => {
    if (!fails) return idsOf("yes");
    throw new UserError("The model is gone.", { fix: "Put it back." });
  });
  await say("hi");
  await terminal.shows("The model is gone. Put it back.");
  fails = false;
  await say("again");
  await terminal.shows("│ yes");
});

/** Holds answers back, after so many ids, while it is closed; it is at first. */
function newGate({ after = 0 } = {}) {
  let open = () => {};
  const gate = {
    after,
    isOpen: Promise.resolve(),
    open: () => open(),
    close() {
      gate.isOpen = new Promise<void>((resolve) => {
        open = resolve;
      });
    },
  };
  gate.close();
  return gate;
}

type Gate = Pick<ReturnType<typeof newGate>, "after" | "isOpen">;

class GatedEngine extends ScriptedEngine {
  readonly #gate: Gate;

  constructor(script: Script, gate: Gate) {
    super(script);
    this.#gate = gate;
  }

  protected override async *draw(...asked: Parameters<ScriptedEngine["draw"]>): AsyncGenerator<number> {
    let given = 0;
    for await (const id of super.draw(...asked)) {
      if (given++ === this.#gate.after) await this.#gate.isOpen;
      yield id;
    }
  }
}

/** A persona that takes its time for some things and none for others. */
function slow({ burstWaitMs = 0, replyDelayMs = 0 }): Timing {
  const [none, about] = [() => 0, "a test"];
  return {
    about,
    burstWaitMs: () => burstWaitMs,
    replyDelayMs: () => replyDelayMs,
    bubbleGapMs: none,
    typingMs: none,
  };
}

function start(
  script: Script,
  gate: Gate = { after: 0, isOpen: Promise.resolve() },
  {
    env = { TERM: "xterm-256color" } as NodeJS.ProcessEnv,
    depth = 1,
    columns = 80,
    timing = undefined as Timing | undefined,
  } = {},
) {
  const terminal = new FakeTerminal({ depth, columns, rows: 60 });
  const engine = new GatedEngine(script, gate);
  const persona = personaWith(engine);
  const corrections: unknown[] = [];
  const saved: Parameters<Desk["save"]>[1][] = [];
  let hasLeft = false;
  const desk: Desk = {
    correct: async (context, rejected, better) => void corrections.push({ context, rejected, better }),
    async save(file, turns) {
      if (file === "taken") throw new UserError("It is taken.", { fix: "Choose another." });
      saved.push(turns);
    },
  };
  const memory = new Memory({ id: "terminal", persona: persona.name });
  const notes = divertible(openTerminal({ err: new FakeTerminal().stdout }));
  const chat = chatOnTerminal(
    notes,
    {
      persona,
      memory,
      label: () => "Ben Ito",
      seed: undefined,
      patience: 0,
      timingFor: (patience) => timing ?? timingOf(undefined, { patience }),
    },
    desk,
    terminal.asProcess(env),
  ).finally(() => {
    hasLeft = true;
  });
  open.push(async () => {
    terminal.stdin.end();
    await chat;
  });
  return {
    terminal,
    notes,
    corrections,
    saved,
    prompts: engine.prompts,
    seeds: engine.seeds,
    left: () => hasLeft,
    async say(line: string) {
      terminal.type(`${line}${enter}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}

/** Bubbles on a screen, without what the program says. */
function said(terminal: FakeTerminal): string[] {
  return terminal.screen.map((line) => line.trim()).filter((line) => line.includes("│"));
}
