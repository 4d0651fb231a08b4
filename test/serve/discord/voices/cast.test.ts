import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { Cast } from "../../../../src/serve/discord/voices/index.ts";
import { StateFile } from "../../../../src/serve/index.ts";
import { newState } from "../settings-with.ts";
import { sourceOf, voiceOf } from "./voices-with.ts";

test("a channel has the voice that was chosen for it, else that of its thread's channel, its server, or the bot", async () => {
  const cast = new Cast({ own: voiceOf("Ana"), source: sourceOf("Ben", "Zoe"), state: newState(), around });
  await cast.use("9", "Zoe");
  await cast.use("1", "Ben");

  expect(["1", "11", "2", "3"].map((channel) => nameIn(cast, channel))).toEqual(["Ben", "Ben", "Zoe", "Ana"]);
  await cast.use("11", "");
  expect(nameIn(cast, "11")).toBe("Ana");
});

test("a choice outlives a restart, and ends where the owner no longer allows it", async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "persona voices ")), "discord.json");
  const state = () => new StateFile(file, () => {});
  const before = new Cast({ own: voiceOf("Ana"), source: sourceOf("Ben"), state: state(), around });
  await before.use("1", "Ben");
  const after = new Cast({ own: voiceOf("Ana"), source: sourceOf("Ben"), state: state(), around });
  await after.restore(() => {});
  const refused = new Cast({ own: voiceOf("Ana"), source: sourceOf("Zoe"), state: state(), around });
  await refused.restore(() => {});

  expect([before, after, refused].map((cast) => nameIn(cast, "1"))).toEqual(["Ben", "Ben", "Ana"]);
});

test("a voice is loaded once, however many ask for it, and one that cannot be leaves the one before", async () => {
  const source = sourceOf("Ben", "broken");
  const cast = new Cast({ own: voiceOf("Ana"), source, state: newState(), around });
  await Promise.all([cast.use("1", "Ben"), cast.use("2", "Ben")]);

  await expect(cast.use("1", "broken")).rejects.toThrow("is gone");
  expect(nameIn(cast, "1")).toBe("Ben");
  expect(source.opened).toEqual(["Ben", "broken"]);
});

test("others of a name that somebody has already are called by what their owner calls them too", async () => {
  const named = (key: string, name: string) => {
    const kind = "persona" as const;
    return { key, name, reference: `run ${key}`, kind, about: "" };
  };
  const source = sourceOf();
  source.offers = async () => [named("1", "ana"), named("2", "Zoe"), named("3", "Zoe"), named("4", "Cy")];
  const cast = new Cast({ own: voiceOf("Ana"), source, state: newState(), around });

  expect((await cast.offers()).map(({ name }) => name)).toEqual([
    "Ana",
    "ana (run 1)",
    "Zoe (run 2)",
    "Zoe (run 3)",
    "Cy",
  ]);
});

/** Channels 1 and 2 are of server 9; 11 is a thread of channel 1. */
const around = (id: string) => ({ "11": ["11", "1", "9"], "1": ["1", "9"], "2": ["2", "9"] })[id] ?? [id];

function nameIn(cast: Cast, channel: string): string {
  return cast.in(channel).persona.name;
}
