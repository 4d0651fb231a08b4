import { expect, test } from "vitest";
import { Memories } from "../../../../src/serve/index.ts";
import { connect, eventually, scripted } from "../connect.ts";
import { sourceOf, voiceOf } from "../voices/voices-with.ts";

function corrections() {
  const kept: { rejected: string[]; better: string[] }[] = [];
  const keep = async (rejected: string[], better: string[]) => void kept.push({ rejected, better });
  return { kept, backstage: { corrections: { keep } } };
}

test("/wrong asks the owner for better words, and keeps them without what others wrote", async () => {
  const { kept, backstage } = corrections();
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ backstage, memories, persona: scripted(() => ["well", "no"]) });
  const owner = server.friend("Ana");
  expect(await owner.types("/wrong").words()).toContain("I have not answered what was said last");
  owner.says("a friend's words");
  await eventually(() => expect(memories.get(owner.direct).turns.at(-1)?.bubbles.length).toBe(2));
  const form = owner.types("/wrong");
  const asked = await owner.submits(form, { better: "haha\n\n yes " });

  expect(await asked.words()).toContain("Kept.");
  expect(asked.isEphemeral).toBe(true);
  expect(kept).toEqual([{ rejected: ["well", "no"], better: ["haha", "yes"] }]);
});

test("That's not me corrects an older answer, also by a form that is sent after a restart", async () => {
  const { kept, backstage } = corrections();
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ backstage, memories });
  const owner = server.friend("Ana");
  owner.says("one");
  const [first] = await server.untilSaid("Friend: one");
  await eventually(() => expect(memories.get(owner.direct).turns.length).toBe(2));
  owner.says("two");
  await eventually(() => expect(memories.get(owner.direct).turns.length).toBe(4));
  if (first === undefined) throw new Error("There is one.");
  const form = owner.uses("That's not me", first);
  await (await owner.submits(form, { better: "hey" })).words();
  expect(kept).toEqual([{ rejected: ["Friend: one"], better: ["hey"] }]);
  memories.get(owner.direct).reset();

  expect(await (await owner.submits(form, { better: "again" })).words()).toContain("That is too old");
  expect(await owner.uses("That's not me", first).words()).toBe("I do not remember saying that here.");
});

test("a form is refused that somebody else sends, or that is sent once another voice speaks", async () => {
  const { kept, backstage } = corrections();
  const ana = voiceOf("Ana");
  const { server } = await connect({ ...ana, voices: sourceOf("Zoe"), backstage });
  const owner = server.friend("Ana");
  owner.says("hi");
  // What was said is remembered once Discord has taken it.
  await eventually(() => expect(ana.memories.get(owner.direct).turns.length).toBe(2));
  const form = owner.types("/wrong");
  await form.modal();
  const foreign = await server.friend("Ben").submits(form, { better: "mine" });
  expect(await foreign.words()).toBe("Only my owner can do that.");
  await owner.types("/persona use name:Zoe").words();

  expect(await (await owner.submits(form, { better: "late" })).words()).toContain("That is too old");
  expect(kept).toEqual([]);
});

test("nobody but the owner corrects the persona", async () => {
  const { kept, backstage } = corrections();
  const { server } = await connect({ backstage });

  expect(await server.friend("Ben").types("/wrong").words()).toBe("Only my owner can do that.");
  expect(kept).toEqual([]);
});
