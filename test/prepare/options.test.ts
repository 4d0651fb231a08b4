import { expect, test } from "vitest";
import { dataSetChoices } from "../../src/choices/index.ts";
import { settingsOf } from "../../src/prepare/options.ts";
import { chat, newWorkspace, persona, storeOf } from "./data-set.ts";

test("what nobody chose is settled at the door, and nothing is changed behind it", async () => {
  const settings = settingsOf({ store: storeOf([chat("ben", 3)]), workspace: await newWorkspace() });

  for (const [name, choice] of Object.entries(dataSetChoices))
    if ("default" in choice) expect(settings).toHaveProperty(name, choice.default);
  expect(Object.values(settings)).not.toContain(undefined);
  expect(settings).toMatchObject({ persona, rendering: "plain", trainTokenizer: null, dryRun: false });
  expect(Object.isFrozen(settings)).toBe(true);
});
