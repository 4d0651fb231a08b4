import { expect, test } from "vitest";
import { Memories, StateFile } from "../../../../../src/serve/index.ts";
import { ids } from "../../../../discord-server/index.ts";
import { newWorkspace } from "../../../../new-workspace.ts";
import { connect, eventually } from "../../connect.ts";
import { newState } from "../../settings-with.ts";

test("who opts out is neither heard nor answered, after a restart too, until they opt in", async () => {
  const { discordFile } = await newWorkspace();
  const first = await connect({ state: new StateFile(discordFile, () => {}) });
  await first.server.friend("Ben").types("/optout").words();
  await first.bot.close();

  const { server } = await connect({ state: new StateFile(discordFile, () => {}) });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  ben.says("do you hear me?");
  expect(await ben.types("/ask message:you?").words()).toContain("/optin");
  zoe.says("hi");
  await server.untilSaid("Friend: hi");
  expect(server.said({ in: ben.direct }).map(({ content }) => content)).not.toContain(
    "Friend: do you hear me?",
  );
  expect(await ben.types("/optin").words()).toBe("I hear you again.");
  ben.says("and now?");
  await server.untilSaid("Friend: and now?");
});

test("/forgetme forgets at once, and what the owner has from elsewhere once the owner says so", async () => {
  const erased: string[] = [];
  const state = newState();
  const { server } = await connect({
    state,
    friendOf: (id) => (id === ids.ben ? "Person 3" : undefined),
    backstage: {
      names: {
        all: () => [],
        labelOf: () => undefined,
        ofFriend: (id) => (id === ids.ben ? "Ben Ito" : undefined),
      },
      forgetting: {
        async erase(name) {
          erased.push(name);
          return [`Erased ${name}.`];
        },
      },
    },
  });
  const [ben, owner] = [server.friend("Ben"), server.friend("Ana")];
  ben.says("hi");
  await server.untilSaid("Person 3: hi");
  expect(await ben.types("/forgetme").words()).toMatch(
    /^I have forgotten what you said to me\. I have asked my owner/,
  );
  expect(await ben.types("/forgetme").words()).toContain("I remember nothing that you said.");
  const [request, ...others] = await server.untilSaid(1, { in: owner.direct });
  expect(others).toEqual([]);
  if (request === undefined) throw new Error("There is one.");
  expect(request.content).toContain("(Ben Ito) asks to be forgotten");
  expect(state.current.forgetRequests.map(({ id }) => id)).toEqual([ids.ben]);
  expect(erased).toEqual([]);
  const asked = structuredClone(request);
  const [pressed, again, regretted] = [
    owner.clicks(asked, "Erase all that they wrote"),
    owner.clicks(asked, "Erase all that they wrote"),
    owner.clicks(asked, "Keep it"),
  ];
  expect(await pressed.words()).toBe("Erased Ben Ito.");
  for (const late of [again, regretted])
    expect(await late.words()).toMatch(/^That is (being erased already|too old)/);

  expect(erased).toEqual(["Ben Ito"]);
  expect(state.current.forgetRequests).toEqual([]);
  expect(server.messages(owner.direct)[0]?.components).toEqual([]);
});

test("the owner may keep what somebody wrote elsewhere, and nobody else decides that", async () => {
  const state = newState();
  const { server } = await connect({
    state,
    friendOf: () => "Ben Ito",
    backstage: { names: friendsNamed("Ben Ito") },
  });
  const [ben, owner] = [server.friend("Ben"), server.friend("Ana")];
  await ben.types("/forgetme").words();
  const [request] = await server.untilSaid(1, { in: owner.direct });
  if (request === undefined) throw new Error("There is one.");
  expect(await ben.clicks(request, "Keep it").words()).toBe("Only my owner can do that.");
  expect(await owner.clicks(request, "Erase all that they wrote").words()).toContain(
    "persona forget --pending",
  );
  expect(state.current.forgetRequests.length).toBe(1);
  expect(await owner.clicks(request, "Keep it").words()).toContain("is kept");

  expect(state.current.forgetRequests).toEqual([]);
});

test("a stranger's wish to be forgotten is kept for the owner, who is not written to", async () => {
  const state = newState();
  const { server } = await connect({ state });
  await server.friend("Ben").types("/forgetme").words();

  expect(state.current.forgetRequests.map(({ id }) => id)).toEqual([ids.ben]);
  expect(server.said({ in: server.friend("Ana").direct })).toEqual([]);
});

function friendsNamed(name: string) {
  return { all: () => [name], labelOf: () => name, ofFriend: () => name };
}

test("Forget in a message's menu forgets that message alone; nobody has another's forgotten", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ memories });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const first = ben.says("one", { in: ids.open });
  await server.untilSaid("Friend: one");
  await eventually(() => expect(memories.get(ids.open).turns.length).toBe(2));
  expect(await zoe.uses("Forget", first).words()).toBe("You can only have me forget what you or I wrote.");
  expect(await ben.uses("Forget", first).words()).toBe("I have forgotten that message.");
  expect(await ben.uses("Forget", first).words()).toBe("I do not remember that message.");

  expect(memories.get(ids.open).turns.map(({ bubbles }) => bubbles)).toEqual([["Friend: one"]]);
});
