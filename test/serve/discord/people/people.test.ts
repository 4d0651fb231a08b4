import { readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { People, StateFile } from "../../../../src/serve/discord/people/index.ts";
import { newWorkspace } from "../../../new-workspace.ts";

const ben = "100000000000000002";
const zoe = "100000000000000004";

test("what is known of accounts outlives a restart, in a file for this user alone", async () => {
  const { people, file } = await open();
  await people.optOut(ben);
  await people.tell(zoe);
  await people.claim(zoe, "Zoe Ray", { isConfirmed: true });
  await people.requestForget(ben, 5);

  const { people: again } = await open(file);
  expect(again.isOptedOut(ben)).toBe(true);
  expect(again.isOptedOut(zoe)).toBe(false);
  expect(again.wasTold(zoe)).toBe(true);
  expect(again.friendOf(zoe)).toBe("Zoe Ray");
  expect(again.forgetRequests).toEqual([{ id: ben, at: 5 }]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("a name counts once it is confirmed, and a new claim is to be confirmed anew", async () => {
  const { people } = await open();
  await people.claim(ben, "Ben Ito");
  expect(people.friendOf(ben)).toBeUndefined();
  await people.claim(ben, "Ben Ito", { isConfirmed: true });
  expect(people.friendOf(ben)).toBe("Ben Ito");
  await people.claim(ben, "Ana Lima");
  expect(people.friendOf(ben)).toBeUndefined();
  await people.disclaim(ben);
  expect(people.claimOf(ben)).toBeUndefined();
});

test("opting out is undone by opting in, and asking twice is asking once", async () => {
  const { people, file } = await open();
  await Promise.all([people.optOut(ben), people.optOut(ben), people.tell(ben), people.tell(ben)]);
  await people.optIn(ben);
  await people.requestForget(ben, 5);
  await people.requestForget(ben, 6);

  expect(people.isOptedOut(ben)).toBe(false);
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
    optedOut: [],
    told: [ben],
    forgetRequests: [{ id: ben, at: 6 }],
  });
  await people.closeForgetRequest(ben);
  expect(people.forgetRequests).toEqual([]);
});

test("two that use one file hear of each other's changes, and lose none", async () => {
  const first = await open();
  const second = await open(first.file);
  await Promise.all([
    first.people.optOut(ben),
    second.people.optOut(zoe),
    first.people.tell(ben),
    second.people.tell(zoe),
  ]);

  for (const { people } of [first, second, await open(first.file)]) {
    expect([ben, zoe].map((id) => people.isOptedOut(id))).toEqual([true, true]);
    expect([ben, zoe].map((id) => people.wasTold(id))).toEqual([true, true]);
  }
});

test.each([
  ["no JSON", "{"],
  ["an empty file", ""],
  ["another shape", '{"format":1,"told":"everybody"}'],
  [
    "ids that are none",
    '{"format":1,"told":["__proto__"],"optedOut":[],"claims":[],"forgetRequests":[],"pauses":[]}',
  ],
  ["a later format", '{"format":2}'],
])("%s is refused at the start with what to do, and no word of it", async (_, content) => {
  const { file } = await open();
  await writeFile(file, content);

  await expect(open(file)).rejects.toMatchObject({
    message: `${file} is damaged, or comes from another version of persona.`,
    fix: expect.stringContaining("Without it nobody has opted out"),
    cause: undefined,
  });
});

test("what is damaged or removed while it runs is said, set aside, and written anew as it was", async () => {
  const { people, file, said } = await open();
  await people.optOut(ben);
  await writeFile(file, "{");
  expect(people.isOptedOut(ben)).toBe(true);
  await people.tell(zoe);

  expect(said).toContainEqual(expect.stringContaining("is damaged"));
  expect(await readFile(`${file}.damaged`, "utf8")).toBe("{");
  expect((await open(file)).people.isOptedOut(ben)).toBe(true);
});

test("who opts out is not heard where that cannot be written, which is said", async () => {
  const { people, file, said } = await open();
  const folder = path.dirname(file);
  await rm(folder, { recursive: true });
  await writeFile(folder, "");
  await people.optOut(ben);
  await rm(folder);

  expect(people.isOptedOut(ben)).toBe(true);
  expect(said).toEqual([`${file} cannot be written (EEXIST).`]);
  // The next change brings it to disk.
  await people.tell(zoe);
  expect((await open(file)).people.isOptedOut(ben)).toBe(true);
});

async function open(existing?: string) {
  const file = existing ?? (await newWorkspace()).discordFile;
  const said: string[] = [];
  const people = new People(new StateFile(file, ({ message }) => said.push(message)));
  return { people, file, said };
}
