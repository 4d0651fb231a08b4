import { expect, test } from "vitest";
import { connect, eventually } from "../../connect.ts";
import { newState } from "../../settings-with.ts";

const known = ["Ben Ito", "Zoe Marsh"];
const names = {
  all: () => known,
  labelOf: (name: string) => known.find((each) => each === name),
  ofFriend: () => undefined,
};

test("/iam counts once the owner has confirmed it, and the persona knows the friend from then on", async () => {
  const { server } = await connect({ backstage: { names } });
  const [ben, owner] = [server.friend("Ben"), server.friend("Ana")];
  const asked = ben.types("/iam name:Ben Ito");
  expect(await asked.words()).toContain("Until they say yes, you are somebody new to me.");
  expect(asked.isEphemeral).toBe(true);
  ben.says("before");
  await server.untilSaid("Friend: before");
  const [request] = await server.untilSaid(1, { in: owner.direct });
  if (request === undefined) throw new Error("There is one.");
  expect(request.content).toBe(`${ben.mention} (ben) says that they are Ben Ito. Is that so?`);
  await owner.clicks(request, "Yes").acknowledged();
  ben.says("after");

  await server.untilSaid("Ben Ito: after");
});

test("who says to be somebody is told the same whether training knows the name, and is offered no names", async () => {
  const { server } = await connect({ backstage: { names } });
  const [ben, zoe, owner] = [server.friend("Ben"), server.friend("Zoe"), server.friend("Ana")];
  const answers = [
    await ben.types("/iam name:Ben Ito").words(),
    await zoe.types("/iam name:Nobody Known").words(),
  ];

  expect(answers[0]).toBe(answers[1]);
  expect(await ben.isOffered("/iam name:B")).toEqual([]);
  expect(await owner.isOffered("/iam name:be")).toEqual([{ name: "Ben Ito", value: "Ben Ito" }]);
  const [, unknown] = await server.untilSaid(2, { in: owner.direct });
  expect(unknown?.content).toContain("training has heard nobody called so");
  expect(unknown?.components).toEqual([]);
});

test("the owner says who others are at once; a friend cannot, nor press what is the owner's", async () => {
  const { server } = await connect({ backstage: { names } });
  const [ben, zoe, owner] = [server.friend("Ben"), server.friend("Zoe"), server.friend("Ana")];
  expect(await ben.types(`/iam name:Ben Ito who:${zoe.id}`).words()).toBe(
    "Only my owner can say who others are.",
  );
  expect(await owner.types(`/iam name:Nobody who:${zoe.id}`).words()).toBe(
    "Training has heard nobody called Nobody.",
  );
  expect(await owner.types(`/iam name:Zoe Marsh who:${zoe.id}`).words()).toContain("is Zoe Marsh to me");
  zoe.says("hi");
  await server.untilSaid("Zoe Marsh: hi");
  await ben.types("/iam name:Ben Ito").words();
  const request = (await server.untilSaid(1, { in: owner.direct })).at(-1);
  if (request === undefined) throw new Error("There is one.");

  expect(await ben.clicks(request, "Yes").words()).toBe("Only my owner can do that.");
});

test("a button of before confirms no other name than the one it stood under", async () => {
  const { server } = await connect({ backstage: { names } });
  const [ben, owner] = [server.friend("Ben"), server.friend("Ana")];
  await ben.types("/iam name:Ben Ito").words();
  const [request] = await server.untilSaid(1, { in: owner.direct });
  if (request === undefined) throw new Error("There is one.");
  await ben.types("/iam name:Zoe Marsh").words();

  expect(await owner.clicks(request, "Yes").words()).toContain("That is too old");
  ben.says("hi");
  await server.untilSaid("Friend: hi");
});

test("whom the owner does not confirm stays somebody new", async () => {
  const { server } = await connect({ backstage: { names } });
  const [ben, owner] = [server.friend("Ben"), server.friend("Ana")];
  await ben.types("/iam name:Zoe Marsh").words();
  const [request] = await server.untilSaid(1, { in: owner.direct });
  if (request === undefined) throw new Error("There is one.");
  const pressed = owner.clicks(request, "No");
  expect(await pressed.words()).toBe(`${ben.mention} is not Zoe Marsh.`);
  ben.says("hi");
  await server.untilSaid("Friend: hi");
  await eventually(() => expect(server.messages(owner.direct)[0]?.components).toEqual([]));
});

test("of many names 25 are offered, and a long one by its beginning and end, which is who is chosen", async () => {
  const long = `Maria ${"Antónia da Conceição e Silva ".repeat(8)}`;
  const all = [`${long}Alves`, `${long}Alvim`, ...Array.from({ length: 40 }, (_, n) => `Maria ${n}`)];
  const labelOf = (name: string) => all.find((each) => each === name);
  const state = newState();
  const { server } = await connect({ state, backstage: { names: { ...names, all: () => all, labelOf } } });
  const [ben, owner] = [server.friend("Ben"), server.friend("Ana")];
  const offered = await owner.isOffered("/iam name:maria");
  expect(offered.length).toBe(25);
  expect(offered[1]?.name).toMatch(/^Maria Antónia .*….* Alvim$/);
  const words = await owner.types(`/iam name:${offered[1]?.value} who:${ben.id}`).words();

  expect(words).toBe(`${ben.mention} is ${long}Alvim to me from now on.`);
  expect(state.current.claims).toEqual([{ id: ben.id, name: `${long}Alvim`, isConfirmed: true }]);
});
