import { expect, test } from "vitest";
import { Memories, type Persona } from "../../../../src/serve/index.ts";
import { ids } from "../../../discord-server/index.ts";
import { idsOf, personaWith, ScriptedEngine, textOf } from "../../scripted-engine.ts";
import { connect, contents, eventually, lastWords, scripted } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

/** Answers each time in other words, two bubbles at a time. */
function counting() {
  let answers = 0;
  return scripted((turns) => {
    answers++;
    return [`${answers}: ${lastWords(turns.filter(({ isPersona }) => !isPersona))}`, "and so on"];
  });
}

test("/regenerate takes the last answer back, from the channel and from memory, and gives another one", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ persona: counting(), memories });
  const ben = server.friend("Ben");
  ben.says("hi");
  await server.untilSaid(2, { in: ben.direct });
  await eventually(() => expect(memories.get(ben.direct).turns.at(-1)?.bubbles.length).toBe(2));
  const asked = ben.types("/regenerate");
  expect(await asked.words()).toBe("Another one is coming.");
  expect(asked.isEphemeral).toBe(true);
  await server.untilSaid("2: hi");

  await eventually(() =>
    expect(memories.get(ben.direct).turns.map(({ bubbles }) => bubbles)).toEqual([
      ["hi"],
      ["2: hi", "and so on"],
    ]),
  );
  expect(server.messages(ben.direct).map(({ content }) => content)).toEqual(["hi", "2: hi", "and so on"]);
});

test("there is nothing to give anew where the persona has said nothing", async () => {
  const { server } = await connect();
  const ben = server.friend("Ben");

  expect(await ben.types("/regenerate").words()).toBe("I have not answered what was said last.");
  expect(await ben.types("/continue").words()).toBe("Nothing has been said here yet.");
  expect(await ben.types("/stop").words()).toBe("I was not saying anything.");
});

test("Regenerate in a message's menu is for the last answer, while nobody has written after it", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ persona: counting(), memories });
  const ben = server.friend("Ben");
  ben.says("hi");
  const [first] = await server.untilSaid(2, { in: ben.direct });
  await eventually(() => expect(memories.get(ben.direct).turns.at(-1)?.bubbles.length).toBe(2));
  ben.says("and?");
  await server.untilSaid("2: and?");
  const [, , second] = await server.untilSaid(4, { in: ben.direct });
  await eventually(() => expect(memories.get(ben.direct).turns.at(-1)?.bubbles.length).toBe(2));
  if (first === undefined || second === undefined) throw new Error("There are four.");

  expect(await ben.uses("Regenerate", first).words()).toContain("only take back my last answer");
  expect(await ben.uses("Regenerate", second).words()).toBe("Another one is coming.");
  await server.untilSaid("3: and?");
});

test("/regenerate leaves alone what was said elsewhere in the channel, and an answer that is still to come", async () => {
  const thinking: (() => void)[] = [];
  const persona = scripted(async (turns) => {
    const words = lastWords(turns);
    if (words === "slow") await new Promise<void>((resolve) => thinking.push(resolve));
    return [`re ${words}`];
  });
  const { server } = await connect({ persona });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const old = zoe.says("cake?", { in: ids.busy });
  ben.replies(old, `<@${ids.bot}> branch`);
  const [branch] = await server.untilSaid("re branch", { in: ids.busy });
  zoe.says(`<@${ids.bot}> slow`, { in: ids.busy });
  await eventually(() => expect(thinking.length).toBe(1));
  expect(await ben.types("/regenerate", { in: ids.busy }).words()).toContain("I have not answered");
  expect(server.said({ in: ids.busy }).map(({ content }) => content)).toEqual(["re branch"]);
  thinking[0]?.();
  await server.untilSaid("re slow", { in: ids.busy });
  if (branch === undefined) throw new Error("It was said.");

  // By its menu, whichever talk it is of.
  expect(await ben.uses("Regenerate", branch).words()).toBe("Another one is coming.");
  await eventually(() =>
    expect(server.said({ in: ids.busy }).map(({ content }) => content)).toEqual(["re slow", "re branch"]),
  );
});

test("/continue says more, and /stop leaves the rest unsaid", async () => {
  const thinking: (() => void)[] = [];
  const persona = scripted(async (turns) => {
    if (turns.length > 1) await new Promise<void>((resolve) => thinking.push(resolve));
    return [`after ${turns.length} turns`];
  });
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ persona, memories });
  const ben = server.friend("Ben");
  ben.says("hi");
  await eventually(() => expect(memories.get(ben.direct).turns.length).toBe(2));
  expect(await ben.types("/continue").words()).toBe("Going on.");
  await eventually(() => expect(thinking.length).toBe(1));
  expect(await ben.types("/stop").words()).toBe("Stopped.");
  thinking[0]?.();
  expect(await ben.types("/continue").words()).toBe("Going on.");
  await eventually(() => expect(thinking.length).toBe(2));
  thinking[1]?.();
  await server.untilSaid("after 2 turns");

  expect(server.said().filter(({ content }) => content === "after 2 turns").length).toBe(1);
});

test("/stop keeps what was said of an answer, in memory too, and leaves the rest of it unsaid", async () => {
  let stopped = () => {};
  const untilStopped = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  const memories = new Memories({ persona: "Ana" });
  const brief = scripted((turns) => [`re ${lastWords(turns)}`]);
  const long: Persona["reply"] = async function* (memory, options) {
    if (lastWords(memory.turns) !== "tell me") return yield* brief.reply(memory, options);
    memory.beginAnswer();
    yield { type: "bubble-end", bubble: "once upon a time" };
    await untilStopped;
    yield { type: "bubble-end", bubble: "the end" };
  };
  const { server } = await connect({ persona: { ...brief, reply: long }, memories });
  const ben = server.friend("Ben");
  ben.says("tell me");
  await server.untilSaid("once upon a time");
  expect(await ben.types("/stop").words()).toBe("Stopped.");
  stopped();
  ben.says("thanks");
  await server.untilSaid("re thanks");
  await eventually(() => expect(memories.get(ben.direct).turns.length).toBe(4));

  expect(contents(server)).toEqual(["once upon a time", "re thanks"]);
  expect(memories.get(ben.direct).turns.map(({ bubbles }) => bubbles)).toEqual([
    ["tell me"],
    ["once upon a time"],
    ["thanks"],
    ["re thanks"],
  ]);
});

test("/continue has the model go on with its own turn, as training shows several messages in a row", async () => {
  const engine = new ScriptedEngine((_, prompt) => idsOf(textOf(prompt).endsWith("hi\n") ? "so" : "hi"));
  const memories = new Memories({ persona: "Ana Lima" });
  const { server } = await connect({ persona: personaWith(engine), memories, friendOf: () => "Ben Ito" });
  const ben = server.friend("Ben");
  ben.says("hey");
  await eventually(() => expect(memories.get(ben.direct).turns.length).toBe(2));
  await ben.types("/continue").words();
  await server.untilSaid("so");
  await eventually(() => expect(memories.get(ben.direct).turns.at(-1)?.bubbles).toEqual(["hi", "so"]));
  ben.says("what?");
  await eventually(() => expect(engine.prompts.length).toBe(3));

  expect(engine.prompts.map((prompt) => textOf(prompt).replace("<|endoftext|>", ""))).toEqual([
    "Ben Ito:\nhey\n\nAna Lima:\n",
    "Ben Ito:\nhey\n\nAna Lima:\nhi\n",
    "Ben Ito:\nhey\n\nAna Lima:\nhi\nso\n\nBen Ito:\nwhat?\n\nAna Lima:\n",
  ]);
});

test("whoever is not let in cannot have the persona speak by a command either", async () => {
  const { server } = await connect({ settings: settingsWith({ blockedUsers: [ids.zoe] }) });
  const zoe = server.friend("Zoe");
  const asked = zoe.types("/continue", { in: ids.open });

  expect(await asked.words()).toBe("I may not answer you here.");
  expect(asked.isEphemeral).toBe(true);
});
