import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { Looks } from "../../../../src/serve/discord/voices/index.ts";

test("how somebody appears is read once, and again when their picture or their text has changed", async () => {
  const avatar = path.join(await mkdtemp(path.join(tmpdir(), "persona looks ")), "ana.gif");
  await writeFile(avatar, "GIF89a, the first");
  let bios: Record<string, string> = {};
  const looks = new Looks(() => ({ avatars: { Ana: avatar }, bios }));
  const first = await looks.of("Ana");
  expect(await looks.of("Ana")).toBe(first);

  await writeFile(avatar, "GIF89a, the second one");
  const second = await looks.of("Ana");
  expect(second.hash).not.toBe(first.hash);
  expect(second.avatar).toBe(
    `data:image/gif;base64,${Buffer.from("GIF89a, the second one").toString("base64")}`,
  );

  bios = { Ana: "I write like Ana." };
  const third = await looks.of("Ana");
  expect(third).toMatchObject({ bio: "I write like Ana.", avatar: second.avatar });
  expect(third.hash).not.toBe(second.hash);
  expect((await looks.of("Zoe")).avatar).toBeUndefined();
});

test("a picture that comes later than its name is found, and one that is gone is an error again", async () => {
  const avatar = path.join(await mkdtemp(path.join(tmpdir(), "persona looks ")), "ana.png");
  const looks = new Looks(() => ({ avatars: { Ana: avatar }, bios: {} }));
  await expect(looks.of("Ana")).rejects.toThrow("cannot be read (ENOENT)");
  await writeFile(avatar, "GIF89a");

  expect((await looks.of("Ana")).avatar).toMatch(/^data:image\/gif/);
});
