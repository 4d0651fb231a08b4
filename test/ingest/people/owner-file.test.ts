import { expect, test } from "vitest";
import { readOwnerFile } from "../../../src/ingest/people/owner-file.ts";
import { facebookJson } from "../export-writer.ts";
import { fileEntry } from "../found-things.ts";

test.each([
  [
    "today",
    "personal_information/profile_information/profile_information.json",
    { profile_v2: { name: { full_name: "Ána Lima" } } },
  ],
  ["2018", "profile_information/profile_information.json", { profile: { name: { full_name: "Ána Lima" } } }],
  [
    "autofill",
    "messages/autofill_information.json",
    { autofill_information_v2: { FULL_NAME: ["Ána Lima"] } },
  ],
])("a file of Facebook's names the owner: %s", async (_, name, json) => {
  const entry = await fileEntry(facebookJson(json), name);
  expect(readOwnerFile(entry)).toEqual({
    network: "facebook",
    name: "Ána Lima",
    earlier: [],
    others: [],
    account: [],
  });
});

test("Instagram's profile names the owner", async () => {
  const json = { profile_user: [{ string_map_data: { Name: { value: "Ána 🌸" } } }] };
  const entry = await fileEntry(
    facebookJson(json),
    "personal_information/personal_information/personal_information.json",
  );
  expect(readOwnerFile(entry)).toEqual({
    network: "instagram",
    name: "Ána 🌸",
    earlier: [],
    others: [],
    account: [],
  });
});

test.each([
  ["English", { Email: "lea@example.org", Username: "lea.b", Name: "Lea 🌻" }],
  ["Spanish", { "Correo electrónico": "lea@example.org", "Nombre de usuario": "lea.b", Nombre: "Lea 🌻" }],
  ["German", { Benutzername: "lea.b", Name: "Lea 🌻" }],
  ["Russian", { "Имя пользователя": "lea.b", Имя: "Lea 🌻" }],
  ["Japanese", { ユーザーネーム: "lea.b", 名前: "Lea 🌻" }],
])("Instagram's profile has its user name too, whatever its labels' language: %s", async (_, values) => {
  const fields = Object.entries(values).map(([label, value]) => [label, { value }]);
  const json = { profile_user: [{ string_map_data: Object.fromEntries(fields) }] };
  const entry = await fileEntry(facebookJson(json), "personal_information/personal_information.json");
  expect(readOwnerFile(entry)).toMatchObject({ network: "instagram", name: "Lea 🌻", others: ["lea.b"] });
});

test("a profile without a label that is known still has a user name", async () => {
  const json = { profile_user: [{ string_map_data: { Erabiltzailea: { value: "lea.b" } } }] };
  const entry = await fileEntry(facebookJson(json), "personal_information/personal_information.json");
  expect(readOwnerFile(entry)?.name).toBe("lea.b");
});

test("a profile tells earlier names as well", async () => {
  const profile_v2 = {
    name: { full_name: "Ána Lima" },
    previous_names: [{ name: "Ána Réis" }, { name: 5 }],
    other_names: [{ name: "Nini" }],
  };
  const entry = await fileEntry(facebookJson({ profile_v2 }), "profile_information/profile_information.json");
  expect(readOwnerFile(entry)?.earlier).toEqual(["Ána Réis", "Nini"]);
});

test.each([
  "[]",
  "null",
  "{",
  '{"profile_v2":{"name":5}}',
  '{"profile_v2":{"name":{"full_name":[]}}}',
  '{"profile_v2":{"name":{"full_name":"x"},"previous_names":5}}',
])("a profile that says %s names nobody, and is no reason to fail", async (content) => {
  const entry = await fileEntry(content, "profile_information/profile_information.json");
  expect(readOwnerFile(entry)).toBeUndefined();
});

test("other files name nobody", async () => {
  const entry = await fileEntry(
    '{"profile_v2":{"name":{"full_name":"x"}}}',
    "posts/profile_information.json",
  );
  expect(readOwnerFile(entry)).toBeUndefined();
});
