import { writeFile } from "node:fs/promises";
import path from "node:path";
import { getCountries } from "libphonenumber-js/max";
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
  [{ discord: { words: { introducton: "x" } } }, "introduction"],
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

test("friends are called as people type their names, and nobody is one who is not listed", async () => {
  const file = path.join((await newWorkspace()).root, "persona.json");
  await writeFile(file, '{ "friends": { "184405311681986560": " Ben Ito\\n", "__proto__": "Zoe" } }');
  const { friends } = await loadConfig(file);
  const { friends: nobody } = await loadConfig(`${file}.none`);

  expect(friends["184405311681986560"]).toBe("Ben Ito");
  for (const name of ["constructor", "toString", "__proto__"])
    expect([friends[name], nobody[name]]).toEqual([undefined, undefined]);
});

test.each<[object, string]>([
  [{ persona: "" }, "an empty text (in persona)"],
  [{ persona: " " }, "an empty text (in persona)"],
  [{ train: { base: "" } }, "an empty text (in train.base)"],
  [{ prepare: { redactFile: "" } }, "an empty text (in prepare.redactFile)"],
  [{ prepare: { optedOut: ["Ben Ito", ""] } }, "an empty text (in prepare.optedOut.1)"],
  [{ prepare: { include: { threads: [""] } } }, "an empty text (in prepare.include.threads.0)"],
  [{ discord: { channels: [""] } }, "an empty text (in discord.channels.0)"],
  [{ friends: { "184405311681986560": "" } }, "an empty text (in friends.184405311681986560)"],
  [
    { prepare: { country: "Portugal" } },
    '"Portugal" is not a country\'s two-letter code, such as PT, BR or US (in prepare.country)',
  ],
  [
    { prepare: { country: "XX" } },
    '"XX" is not a country\'s two-letter code, such as PT, BR or US (in prepare.country)',
  ],
  [
    { prepare: { since: "2020-01-01", until: "2019-01-01" } },
    "no day is left between since and until (in prepare)",
  ],
  [
    { train: { base: "scratch:6x6" } },
    '"scratch:6x6" is not a preset, a Hugging Face id, a folder, or layers, heads and width such as scratch:6x6x384 (in train.base)',
  ],
])(
  "a setting that no command could follow is refused where the file is read: %j",
  async (content, problem) => {
    const file = path.join((await newWorkspace()).root, "persona.json");
    await writeFile(file, JSON.stringify(content));

    await expect(loadConfig(file)).rejects.toMatchObject({
      message: `${file} has a mistake in it: ${problem}`,
    });
  },
);

test("a country's code may be in small letters, and every country is known whose telephone numbers are", async () => {
  const file = path.join((await newWorkspace()).root, "persona.json");
  for (const country of ["pt", ...getCountries()]) {
    await writeFile(file, JSON.stringify({ prepare: { country } }));
    expect((await loadConfig(file)).prepare.country).toBe(country);
  }
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

test.each<[object | string[], string]>([
  [{ paused: " " }, "an empty text: leave it out, and the usual one is said (in discord.words.paused)"],
  [
    { introduction: "" },
    "an empty text: it tells people that they talk to an AI, so it can be put otherwise and not left unsaid (in discord.words.introduction)",
  ],
  [{ introduction: "{ai}\u200b{name}" }, "an empty text: it tells people"],
  [{ ai: "\u2800\u3164" }, "an empty text: people are told by it what they talk to"],
  [{ introduction: "Olá, sou o {name}." }, "{ai} must stand in it"],
  [{ about: "Sou uma IA." }, "{ai}, {name} and {about} must stand in it"],
  [{ paused: "Pausa, {name}" }, "{name} is not filled in here: nothing is"],
  [{ keptForDays: "{dias} dias" }, "{dias} is not filled in here: only {days}"],
  [{ paused: "a".repeat(501) }, "501 characters, and Discord has room for 500 here"],
  [{ paused: 5 }, "5 is not a text"],
  [["paused"], '["paused"] is not sentences by their names'],
])("a sentence that cannot be said is refused with what it lacks: %j", async (words, problem) => {
  const file = path.join((await newWorkspace()).root, "persona.json");
  await writeFile(file, JSON.stringify({ discord: { words } }));

  await expect(loadConfig(file)).rejects.toMatchObject({ message: expect.stringContaining(problem) });
});
