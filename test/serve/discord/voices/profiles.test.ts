import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { ids } from "../../../discord-server/index.ts";

import { connect, eventually, newLog } from "../connect.ts";
import { newState, settingsWith } from "../settings-with.ts";
import { sourceOf, voiceOf } from "./voices-with.ts";

const change = "PATCH /guilds/{guild_id}/members/@me";

test("in each server the bot has the name, picture and text of whoever speaks there, given once", async () => {
  const avatar = path.join(await mkdtemp(path.join(tmpdir(), "persona looks ")), "ana.gif");
  await writeFile(avatar, "GIF89a, more or less");
  const settings = settingsWith({
    profile: true,
    avatars: { Ana: avatar },
    bios: { Ana: "I write like Ana." },
  });
  const state = newState();
  const { server, bot } = await connect({ ...voiceOf("Ana"), settings, state });
  const member = server.discord.world.guilds.get(ids.server)?.members.get(ids.bot);
  await eventually(() =>
    expect(member).toMatchObject({ nick: "Ana", bio: "I write like Ana.", avatar: expect.any(String) }),
  );
  await bot.close();
  const { server: again } = await connect({ ...voiceOf("Ana"), settings, state });

  expect(server.requestsTo(change)).toHaveLength(1);
  expect(again.requestsTo(change)).toHaveLength(0);
});

test("whoever is chosen for a whole server gives the bot their name there", async () => {
  const settings = settingsWith({ profile: true });
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("Zoe"), settings });
  const friend = server.friend("Ana");
  await friend.types("/persona use name:Zoe server:true", { in: ids.open }).words();
  friend.says("one", { in: ids.open });
  const said = await server.untilSaid("Zoe (1): one", { in: ids.open });

  expect(said.at(-1)?.author.id).toBe(ids.bot);
  expect(server.discord.world.guilds.get(ids.server)?.members.get(ids.bot)?.nick).toBe("Zoe");
});

test("a picture that is none is said, and the profile stays as it was", async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "persona looks ")), "ana.txt");
  await writeFile(file, "no picture");
  const { log, lines } = newLog();
  const settings = settingsWith({ profile: true, avatars: { Ana: file } });
  const { server } = await connect({ ...voiceOf("Ana"), settings, log });
  await eventually(() => expect(lines.join("")).toContain("is no such picture"));

  expect(server.requestsTo(change)).toHaveLength(0);
});

test("without the setting the bot's profiles are left alone", async () => {
  const { server } = await connect(voiceOf("Ana"));

  expect(server.requestsTo(change)).toHaveLength(0);
});

test("a look and voices that the owner allows while the bot runs are on Discord at once", async () => {
  let settings = settingsWith({});
  const names: string[] = [];
  const { keys: _, ...source } = sourceOf("Zoe");
  const voices = {
    ...source,
    keys: () => names,
    offers: async () => (names.length > 0 ? source.offers() : []),
  };
  const { server, bot } = await connect({ ...voiceOf("Ana"), voices, settings: () => settings() });
  expect(server.commands).not.toContain("persona");
  names.push("Zoe");
  settings = settingsWith({ profile: true, bios: { Ana: "I write like Ana." } });
  await bot.takeUpSettings();

  expect(server.discord.world.guilds.get(ids.server)?.members.get(ids.bot)).toMatchObject({
    nick: "Ana",
    bio: "I write like Ana.",
  });
  expect(await server.friend("Ben").types("/persona use name:Zoe").words()).toContain("Zoe speaks here");
  const registered = server.requestsTo("PUT /applications/{application_id}/commands").length;
  await bot.takeUpSettings();
  expect(server.requestsTo("PUT /applications/{application_id}/commands")).toHaveLength(registered);
});
