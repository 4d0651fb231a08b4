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
    message: expect.stringMatching(/has a mistake in it: -1 is not a number above 0 \(in train\.epochs\)$/),
    fix: "See persona.example.json for every field and its default.",
  });
});

test.each([
  ["several mistakes", JSON.stringify({ persona: 5, train: { epochs: "3", base: 1 }, friends: [] })],
  ["a name with a line end and colours", JSON.stringify({ "a\u001b[31m\nb": 1 })],
  ["JSON that breaks off in a line of its own", '{\n"persona":\n\n'],
  ["lines that are no JSON", "persona: Ana\ntrain:\n  epochs: 3\n"],
])("what is wrong with persona.json is said on one line: %s", async (_, content) => {
  const file = path.join((await newWorkspace()).root, "persona.json");
  await writeFile(file, content);

  await expect(loadConfig(file)).rejects.toMatchObject({ message: expect.not.stringMatching(/\p{Cc}/u) });
});
