import { expect, test } from "vitest";
import { ids } from "../../../discord-server/index.ts";
import { connect, eventually, scripted } from "../connect.ts";
import { sourceOf, voiceOf } from "./voices-with.ts";

test("each voice has a memory of its own, and only the channel that chose it has it", async () => {
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("Zoe") });
  const friend = server.friend("Ben");
  friend.says("one", { in: ids.open });
  await server.untilSaid("Ana (1): one", { in: ids.open });
  await friend.types("/persona use name:zoe", { in: ids.open }).words();
  friend.says("two", { in: ids.open });
  friend.says("meanwhile");
  await server.untilSaid("Zoe (1): two", { in: ids.open });
  await server.untilSaid("Ana (1): meanwhile");
  await friend.types("/persona use name:Ana", { in: ids.open }).words();
  friend.says("three", { in: ids.open });

  await server.untilSaid("Ana (3): three", { in: ids.open });
});

test("the owner alone has somebody speak in a whole server", async () => {
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("Zoe") });
  const [friend, owner] = [server.friend("Ben"), server.friend("Ana")];

  expect(await friend.types("/persona use name:Zoe server:true", { in: ids.open }).words()).toBe(
    "Only my owner can choose that for a whole server.",
  );
  expect(await owner.types("/persona use name:Zoe server:true", { in: ids.busy }).words()).toContain(
    "Zoe speaks in this server from now on",
  );
  friend.says("hi", { in: ids.open });
  await server.untilSaid("Zoe (1): hi", { in: ids.open });
});

test("a model is told by /prompt how to be, and says by /about what it is", async () => {
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("model one") });
  const owner = server.friend("Ana");
  expect(await owner.types("/prompt words:You are a pirate.").words()).toContain("takes no prompt");
  await owner.types("/model name:model one").words();
  await owner.types("/prompt words:You are a pirate.").words();
  owner.says("hi");
  await server.untilSaid("model one (1): hi, told: You are a pirate.");
  await owner.types("/prompt words:-").words();
  owner.says("ho");
  await server.untilSaid("model one (3): ho");

  expect(await owner.types("/about").words()).toContain("I am model one, an AI that was taught to answer");
});

test("somebody who cannot be loaded leaves the channel as it was", async () => {
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("broken") });
  const friend = server.friend("Ben");

  expect(await friend.types("/persona use name:broken").words()).toContain("That did not work.");
  friend.says("hi");
  await server.untilSaid("Ana (1): hi");
});

test("whoever is chosen speaks at once, though the voice before is slow to give up its answer", async () => {
  let isThinking = false;
  const slow = scripted(() => {
    isThinking = true;
    return new Promise<string[]>(() => {});
  });
  const { server } = await connect({ ...voiceOf("Ana"), persona: slow, voices: sourceOf("Zoe") });
  const friend = server.friend("Ben");
  friend.says("one", { in: ids.open });
  await eventually(() => expect(isThinking).toBe(true));
  await friend.types("/persona use name:Zoe", { in: ids.open }).words();
  friend.says("two", { in: ids.open });

  await server.untilSaid("Zoe (1): two", { in: ids.open });
});
