import { expect, test } from "vitest";
import { Config, loadConfig } from "../src/config.ts";

test("where there is no file, everything is as an empty one has it", async () => {
  expect(await loadConfig("there-is-none.json")).toEqual(Config.parse({}));
});
