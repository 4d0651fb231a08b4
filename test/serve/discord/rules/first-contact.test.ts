import { expect, test } from "vitest";
import { StateFile } from "../../../../src/serve/discord/people/index.ts";
import { introduction } from "../../../../src/serve/discord/rules/first-contact.ts";
import { sayingIn } from "../../../../src/serve/discord/words.ts";
import { ids } from "../../../discord-server/index.ts";
import { newWorkspace } from "../../../new-workspace.ts";
import { connect, contents, eventually } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";
import { sourceOf, voiceOf } from "../voices/voices-with.ts";

const say = sayingIn(settingsWith());
const told = introduction({ name: "Ana" }, say);

test("everybody is told once that it is an AI before it answers them, in private and in servers, after a restart too", async () => {
  const { discordFile } = await newWorkspace();
  const first = await connect({ state: new StateFile(discordFile, () => {}) });
  const ben = first.server.friend("Ben");
  ben.says("one");
  await first.server.untilSaid("Friend: one");
  ben.says("two", { in: ids.open });
  await first.server.untilSaid("Friend: two");
  first.server.friend("Zoe").says("three", { in: ids.open });
  await first.server.untilSaid("Friend 2: three");
  await first.bot.close();
  expect(contents(first.server)).toEqual([told, "Friend: one", "Friend: two", told, "Friend 2: three"]);
  expect(told).toMatch(/^.*I am an AI that writes like Ana, not Ana\..*\/about/);

  const { server } = await connect({ state: new StateFile(discordFile, () => {}) });
  server.friend("Ben").says("four");
  await eventually(() => expect(contents(server)).toEqual(["Friend: four"]));
});

test("whoever wakes it in a busy channel is told where they are answered", async () => {
  const { server } = await connect({ state: new StateFile(undefined, () => {}) });
  const ben = server.friend("Ben");
  ben.says("hello", { in: ids.busy });
  ben.says(`<@${ids.bot}> hi`, { in: ids.busy });
  await server.untilSaid(2, { in: ids.busy });
  expect(contents(server)).toEqual([told, "Friend: hi"]);
});

test("an instruction model is nobody's likeness, and says so", () => {
  expect(introduction({ name: "dolly-v2", isModel: true }, say)).toBe(
    "Before we talk: I am dolly-v2, an AI and not a person. /about tells you more.",
  );
});

test("whoever is answered by another voice, also by a webhook or /ask, is told of that one", async () => {
  const state = () => new StateFile(undefined, () => {});
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("Zoe"), state: state() });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  await ben.types("/persona use name:Zoe", { in: ids.busy }).words();
  ben.says(`<@${ids.bot}> hi`, { in: ids.busy });
  const said = await server.untilSaid("Zoe (1): hi", { in: ids.busy });
  const asked = await zoe.types("/ask message:hi", { in: ids.busy }).words();

  expect(
    said.find(({ content }) => content === introduction({ name: "Zoe" }, say))?.webhook_id,
  ).toBeDefined();
  expect(asked).toContain(introduction({ name: "Zoe" }, say));
});
