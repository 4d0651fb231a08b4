import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../src/config.ts";
import { newWorkspace } from "./new-workspace.ts";

test.each([
  [{ persna: "Ana" }, "persona"],
  [{ prepare: { holdOut: 0.1 } }, "holdOutShare"],
  [{ prepare: { exclude: { peopel: [] } } }, "people"],
  [{ train: { epoch: 2 } }, "epochs"],
  [{ train: { lora_rank: 8 } }, "loraRank"],
  [{ reply: { temprature: 1 } }, "temperature"],
  [{ discord: { channel: [] } }, "channels"],
])("a mistyped field of persona.json is answered by the one that was meant: %j", async (content, meant) => {
  const file = path.join((await newWorkspace()).root, "persona.json");
  await writeFile(file, JSON.stringify(content));

  await expect(loadConfig(file)).rejects.toMatchObject({
    message: expect.stringContaining("Unrecognized key"),
    fix: expect.stringMatching(
      new RegExp(`^Did you mean "${meant}".* See persona.example.json for every field and its default.$`),
    ),
  });
});

test("a value that makes no sense is answered by where to look", async () => {
  const file = path.join((await newWorkspace()).root, "persona.json");
  await writeFile(file, JSON.stringify({ train: { epochs: -1 } }));

  await expect(loadConfig(file)).rejects.toMatchObject({
    message: expect.stringMatching(/-1 is not a number above 0[\s\S]*train\.epochs/),
    fix: "See persona.example.json for every field and its default.",
  });
});
