import { expect, test } from "vitest";
import { threadIdOfFolder } from "../../../src/ingest/formats/thread-folder.ts";

test.each([
  ["today's", "zoefox_1000200030004000", "facebook-1000200030004000"],
  ["an old one with a line in its id", "zoefox_Ab_3dE9xYz", "facebook-Ab_3dE9xYz"],
  ["one without a slug", "_1000200030004000", "facebook-1000200030004000"],
  ["an id alone", "1000200030004000", "facebook-1000200030004000"],
  ["an id alone with a line in it", "Ab_3dE9xYz", "facebook-Ab_3dE9xYz"],
  ["a deleted person's", "facebookuser_4000", "facebook-4000"],
])("the id of a folder is the same whatever the title was: %s", (_, folder, id) => {
  expect(threadIdOfFolder("facebook", folder)).toBe(id);
});

test.each(["..", "zoe_../../x", "zoe_a b", "zoe_é", `zoe_${"9".repeat(90)}`, "zoe_a\u0000"])(
  "a folder called %j gives an id that is safe as a file's name",
  (folder) => {
    expect(threadIdOfFolder("facebook", folder)).toMatch(/^facebook-[0-9a-f]{16}$/);
  },
);
