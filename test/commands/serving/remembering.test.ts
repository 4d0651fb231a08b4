import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterEach, expect, test } from "vitest";
import { builtProgram } from "../../../src/project.ts";
import { goodToken, ids, startDiscordServer } from "../../discord-server/index.ts";
import { oldWorkspace } from "../../new-workspace.ts";

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test("a bot that ends and starts again has kept what was said, masked, until somebody resets it", async () => {
  const workspace = await oldWorkspace();
  const kept = async () => {
    const names = (await readdir(workspace.conversations)).filter((name) => name.endsWith(".jsonl"));
    const texts = names.map((name) => readFile(path.join(workspace.conversations, name), "utf8"));
    return (await Promise.all(texts)).join("");
  };

  const first = await serve(workspace.root);
  first.server.write({ channel: ids.direct, content: "call 212 555 0123" });
  await expect.poll(kept, { timeout: 60_000 }).toContain("call [phone]");
  await first.end();
  const second = await serve(workspace.root);
  second.server.write({ channel: ids.direct, content: "and now" });
  await expect.poll(kept, { timeout: 60_000 }).toMatch(/call \[phone\].*and now/s);
  second.server.command("reset", ids.direct);
  await expect.poll(kept, { timeout: 60_000 }).toBe("");
  await second.end();

  expect((await readdir(workspace.conversations)).filter((name) => !name.endsWith(".tmp"))).toEqual([]);
}, 240_000);

/** The command as it is typed, on a Discord of its own; resolves once it is there. */
async function serve(data: string) {
  const server = await startDiscordServer();
  closing.push(server.close);
  const words = ["--data", data, "bot", "--run", "916e71c1b1", "--guard", "off", "--yes"];
  const bot = execa(process.execPath, [builtProgram("cli.js"), ...words, "--discord-api", server.api], {
    env: { DISCORD_TOKEN: goodToken },
    cwd: data,
    reject: false,
  });
  closing.push(() => bot.kill("SIGKILL"));
  let said = "";
  bot.stderr.on("data", (part) => {
    said += part;
  });
  await expect.poll(() => said, { timeout: 60_000 }).toContain("is on Discord as");
  return {
    server,
    async end() {
      bot.kill("SIGINT");
      await bot;
    },
  };
}
