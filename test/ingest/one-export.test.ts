/** Which archives are one export, and whose: by what their own files say. */
import { expect, test } from "vitest";
import { type ExportFiles, exportFiles } from "./export-writer.ts";
import { folderOf, importPaths, zipsOf } from "./import-files.ts";

const old = "messages";

test("an Instagram export of before 2023 is not Facebook's, though its root is", async () => {
  const paths = await zipsOf({ "facebook-lea.zip": facebook(), "instagram-lea.zip": instagram() });
  const persona = ["Lea Brandt", "Lea 🌻"];
  for (const given of [paths, paths.toReversed()]) {
    const { report, messages } = await importPaths(given, { persona });
    expect(report).toMatchObject({ owner: "Lea Brandt", threads: 5, ownerThreads: 5, textsOfOwner: 5 });
    expect(messages.filter(({ source }) => source === "instagram/inbox")).toHaveLength(6);
  }
});

test.each<[string, Record<string, unknown>[], string, Record<string, string>]>([
  [
    "posts with their owner",
    [{ share: { link: "https://www.instagram.com/p/x/", original_content_owner: "x" } }],
    "mai_1",
    {},
  ],
  ["reactions as messages", [{ content: "Liked a message" }], "mai_1", {}],
  ["the numbers of its threads", [], "mai_17842938476554321", {}],
  [
    "media below its root of today",
    [{ photos: [{ uri: "your_instagram_activity/messages/inbox/x/1.jpg" }] }],
    "mai_1",
    {},
  ],
  ["a profile of its own", [], "mai_1", { "personal_information/personal_information.json": "{}" }],
  ["followers", [], "mai_1", { "followers_and_following/followers_1.json": "[]" }],
  ["people without an account", [{ sender_name: "Instagram User" }], "mai_1", {}],
])("the root of old, Instagram's by %s", async (_, extra, folder, files) => {
  const people = extra.flatMap(({ sender_name }) => (typeof sender_name === "string" ? [sender_name] : []));
  const thread = { ...chat(`inbox/${folder}`, "mai", "lea", extra), participants: ["mai", "lea", ...people] };
  const whole = new Map([...exportFiles([thread], { root: old }), ...Object.entries(files)]);
  const { messages } = await importPaths([await folderOf(whole)], { persona: ["lea"] });
  expect(new Set(messages.map(({ source }) => source))).toEqual(new Set(["instagram/inbox"]));
});

test.each<[string, Record<string, unknown>[], string, Record<string, string>]>([
  ["stickers", [{ sticker: { uri: "messages/stickers_used/1.png" } }], "mai_1", {}],
  ["letters in the ids of its threads", [], "mai_Ab-3dE9xYz", {}],
  ["a list of friends", [], "mai_1", { "friends/friends.json": "{}" }],
  ["a link to Instagram among others", [{ share: { link: "https://www.instagram.com/p/x/" } }], "mai_1", {}],
  ["nothing at all", [], "mai_1", {}],
])("the root of old, Facebook's by %s", async (_, extra, folder, files) => {
  const whole = new Map([
    ...exportFiles([chat(`inbox/${folder}`, "mai", "lea", extra)], { root: old }),
    ...Object.entries(files),
  ]);
  const { messages } = await importPaths([await folderOf(whole)], { persona: ["lea"] });
  expect(new Set(messages.map(({ source }) => source))).toEqual(new Set(["facebook/inbox"]));
});

test("what nothing else tells, the name of the zip does", async () => {
  const files = exportFiles([chat("inbox/mai_1", "mai", "lea")], { root: old });
  const { messages } = await importPaths(await zipsOf({ "instagram-lea-2021.zip": files }), {
    persona: ["lea"],
  });
  expect(messages[0]?.source).toBe("instagram/inbox");
});

// ----- two people -----

const lea = exportFiles(
  ["Timo Falk", "Mai Tran", "Rosa Brandt"].map((friend, index) =>
    chat(`inbox/x_100${index}`, friend, "Lea Brandt"),
  ),
  { owner: "Lea Brandt" },
);
const otto = exportFiles(
  ["Nina Weiss", "Karl Ohm"].map((friend, index) => chat(`inbox/x_200${index}`, friend, "Otto Kern")),
  { owner: "Otto Kern" },
);

test("two people's zips are refused, in whichever order and whether they are zipped", async () => {
  const zips = await zipsOf({ "a.zip": lea, "b.zip": otto });
  const message =
    /^These exports are of two people: "(?:Lea Brandt|Otto Kern)" and "(?:Lea Brandt|Otto Kern)"\.$/;
  await expect(importPaths(zips)).rejects.toThrow(message);
  await expect(importPaths(zips.toReversed())).rejects.toThrow(message);
  await expect(importPaths([await folderOf(lea), await folderOf(otto)])).rejects.toThrow(message);
  const together = new Map([...lea].map(([name, content]) => [`lea/${name}`, content]));
  for (const [name, content] of otto) together.set(`otto/${name}`, content);
  await expect(importPaths([await folderOf(together)])).rejects.toThrow(message);
});

test("two people's zips without a profile are refused, too", async () => {
  const zips = await zipsOf({ "a.zip": withoutProfile(lea), "b.zip": withoutProfile(otto) });
  await expect(importPaths(zips)).rejects.toThrow("These exports are of two people");
});

test("a zip of one thread that the owner of the others has no part in is asked about", async () => {
  const one = exportFiles([chat("inbox/x_2000", "Nina Weiss", "Otto Kern")]);
  const zips = await zipsOf({ "a.zip": lea, "b.zip": one });
  await expect(importPaths(zips)).rejects.toThrow(
    /^Whose export is this\? On Facebook, "Nina Weiss" or "Otto Kern"/,
  );
});

test("one person's zips are one export, whichever of them has the profile", async () => {
  const names = [...lea.keys()];
  const zips = await zipsOf(
    Object.fromEntries(
      names.map((name) => [`${name.replaceAll("/", "-")}.zip`, new Map([[name, lea.get(name) as string]])]),
    ),
  );
  const { report } = await importPaths(zips);
  expect(report).toMatchObject({ owner: "Lea Brandt", threads: 3, ownerThreads: 3, problems: [] });
});

test("somebody who changed their name is one person where the profile says so", async () => {
  const renamed = exportFiles([
    chat("inbox/x_3000", "Nina Weiss", "Lea Falk"),
    chat("inbox/x_3001", "Karl Ohm", "Lea Falk"),
  ]);
  renamed.set(
    "personal_information/profile_information/profile_information.json",
    JSON.stringify({
      profile_v2: { name: { full_name: "Lea Falk" }, previous_names: [{ name: "Lea Brandt" }] },
    }),
  );
  const { report } = await importPaths(await zipsOf({ "a.zip": lea, "b.zip": renamed }));
  expect(report.ownerThreads).toBe(5);
});

/** What the profiles of two exports say, of which the later has another name, and no chat in common with the earlier. */
type Profiles = [earlier: Record<string, unknown>, later: Record<string, unknown>];

const sameAccount: [string, Profiles][] = [
  [
    "the moment when the account was made",
    [{ registration_timestamp: 1_300_000_017 }, { registration_timestamp: 1_300_000_017 }],
  ],
  [
    "an e-mail address",
    [
      { emails: { emails: ["Kim@example.org"] } },
      { emails: { emails: ["x@example.org", "kim@example.org"] } },
    ],
  ],
  ["a list of addresses", [{ emails: ["kim@example.org"] }, { emails: { emails: ["kim@example.org"] } }]],
  ["the user name", [{ username: "kim.oak.7" }, { username: "kim.oak.7" }]],
  [
    "the number of the profile",
    [
      { profile_uri: "https://www.facebook.com/profile.php?id=100004711" },
      { profile_uri: "https://m.facebook.com/100004711" },
    ],
  ],
  ["the earlier name, which the profile lists", [{}, { previous_names: [{ name: "Kim Oak" }] }]],
];

test.each(sameAccount)("who changed their name and all their chats is known by %s", async (_, profiles) => {
  const [earlier, later] = await zipsOf(renamedWith(profiles));
  const together = await importPaths([earlier as string, later as string]);
  const { workspace } = await importPaths([earlier as string]);
  const afterwards = await importPaths([later as string], { workspace });

  for (const { report, words } of [together, afterwards]) {
    expect(report).toMatchObject({ owner: "Lea Brandt", threads: 4, ownerThreads: 4 });
    expect(words.filter((line) => line.startsWith("Kim Oak"))).toEqual([]);
  }
});

test.each<[string, Profiles]>([
  [
    "accounts of two moments, with an address that went from one to the other",
    [
      { registration_timestamp: 1_300_000_017, emails: { emails: ["kim@example.org"] } },
      { registration_timestamp: 1_400_000_017, emails: { emails: ["kim@example.org"] } },
    ],
  ],
  [
    "two addresses",
    [{ emails: { emails: ["kim@example.org"] } }, { emails: { emails: ["lea@example.org"] } }],
  ],
  [
    "an address that one of them had before",
    [
      { emails: { emails: ["kim@example.org"] } },
      { emails: { emails: ["lea@example.org"], previous_emails: ["kim@example.org"] } },
    ],
  ],
  ["nothing that tells", [{ username: "" }, { username: "", emails: {} }]],
])("two names and no chat in common are two people: %s", async (_, profiles) => {
  const paths = await zipsOf(renamedWith(profiles));
  const { workspace } = await importPaths(paths.slice(0, 1));

  await expect(importPaths(paths)).rejects.toThrow(
    'These exports are of two people: "Kim Oak" and "Lea Brandt".',
  );
  const refused: unknown = await importPaths(paths.slice(1), { workspace }).catch((error) => error);
  expect(refused).toMatchObject({
    message: expect.stringContaining(`"Kim Oak"'s, and this export is "Lea Brandt"'s`),
  });
  // What the advice says goes on.
  const { fix } = refused as { fix: string };
  const persona = [...fix.matchAll(/--persona "([^"]+)"/g)].map(([, name]) => name as string);
  const { report } = await importPaths(paths.slice(1), { workspace, persona });
  expect(report).toMatchObject({ threads: 4, ownerThreads: 4 });
});

test("two people with one address in a thread of both are two", async () => {
  const profiles: Profiles = [{ username: "kim" }, { username: "kim" }];
  const { "a.zip": kim, "b.zip": files } = renamedWith(profiles);
  const both = exportFiles([chat("inbox/x_9", "Lea Brandt", "Kim Oak")]);

  await expect(
    importPaths(
      await zipsOf({ "a.zip": new Map([...(kim as ExportFiles), ...both]), "b.zip": files as ExportFiles }),
    ),
  ).rejects.toThrow("two people");
});

test("on Instagram an address tells, whatever it is labelled", async () => {
  const exported = (name: string, from: number, label: string) =>
    new Map([
      ...instagramFiles(name, from),
      [
        "personal_information/personal_information/personal_information.json",
        JSON.stringify({
          profile_user: [
            { string_map_data: { Name: { value: name }, [label]: { value: "lea@example.org" } } },
          ],
        }),
      ],
    ]);
  const { report } = await importPaths(
    await zipsOf({
      "a.zip": exported("lea.b", 1, "Email"),
      "b.zip": exported("hallo", 20, "E-Mail-Adresse"),
    }),
  );

  expect(report).toMatchObject({ threads: 4, ownerThreads: 4 });
});

function instagramFiles(name: string, from: number): ExportFiles {
  const threads = [from, from + 1].map((number) => chat(`inbox/x_${number}`, `friend.${number}`, name));
  return exportFiles(threads, { root: "your_instagram_activity/messages" });
}

function renamedWith([earlier, later]: Profiles): Record<string, ExportFiles> {
  const exported = (name: string, from: number, profile: Record<string, unknown>, when: number) => {
    const threads = [from, from + 1].map((number) =>
      chat(`inbox/x_${number}`, `Friend ${number}`, name, [{ timestamp_ms: when }]),
    );
    const about = { profile_v2: { name: { full_name: name }, ...profile } };
    const file = "personal_information/profile_information/profile_information.json";
    return new Map([...exportFiles(threads), [file, JSON.stringify(about)]]);
  };
  return {
    "a.zip": exported("Kim Oak", 1000, earlier, 1.4e12),
    "b.zip": exported("Lea Brandt", 2000, later, 1.7e12),
  };
}

function withoutProfile(files: ExportFiles): ExportFiles {
  return new Map([...files].filter(([name]) => !name.includes("profile_information")));
}

function facebook(): ExportFiles {
  const friends = ["Timo Falk", "Mai Tran", "Rosa Brandt"];
  return exportFiles(
    friends.map((friend, index) => chat(`inbox/x_10000${index}`, friend, "Lea Brandt")),
    { root: old },
  );
}

function instagram(): ExportFiles {
  const threads = [
    chat("inbox/maitran_17842938476", "mai.tran", "Lea 🌻"),
    chat("inbox/timofalk_17842938475", "Timo Falk", "Lea 🌻", [
      { content: "Liked a message" },
      { content: "Liked a message" },
    ]),
  ];
  return exportFiles(threads, { root: old });
}

function chat(folder: string, friend: string, owner: string, extra: Record<string, unknown>[] = []) {
  const at = (minute: number) => 1_715_829_591_324 + minute * 60_000;
  return {
    folder,
    participants: [friend, owner],
    messages: [
      { sender_name: friend, timestamp_ms: at(0), content: `hello ${friend}` },
      { sender_name: owner, timestamp_ms: at(1), content: "and now?" },
      ...extra.map((fields, index) => ({ sender_name: friend, timestamp_ms: at(2 + index), ...fields })),
    ],
  };
}

test("a zip with nothing but groups that the owner has left is theirs", async () => {
  const left = ["Nina Weiss", "Rosa Ohm"].map((friend, index) => ({
    ...chat(`inbox/x_400${index}`, friend, "Karl Ohm"),
    participants: [friend, "Karl Ohm", "Otto Kern"],
  }));
  for (const groups of [left.slice(0, 1), left]) {
    const zips = await zipsOf({ "a.zip": lea, "b.zip": exportFiles(groups) });
    for (const paths of [zips, zips.toReversed()])
      expect((await importPaths(paths)).report).toMatchObject({ owner: "Lea Brandt", ownerThreads: 3 });
  }
});

test("whoever says whose a zip is, is not asked again", async () => {
  const one = exportFiles([chat("inbox/x_2000", "Nina Weiss", "Otto Kern")]);
  const zips = await zipsOf({ "a.zip": lea, "b.zip": one });
  const { report } = await importPaths(zips, { persona: ["Lea Brandt", "Otto Kern"] });
  expect(report).toMatchObject({ threads: 4, ownerThreads: 4 });
});
