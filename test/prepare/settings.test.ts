import { expect, test } from "vitest";
import { dataSetChoices } from "../../src/choices/index.ts";
import { settingsOf } from "../../src/prepare/options.ts";
import { recordedSettings } from "../../src/prepare/settings.ts";
import { chat, newWorkspace, storeOf } from "./data-set.ts";

test("a manifest says what the content follows from, in the order that ids were made in, and no word of the owner's list", async () => {
  const options = { store: storeOf([chat("ben", 3)]), workspace: await newWorkspace(), ownRules: "Quartett" };
  const recorded = recordedSettings(settingsOf(options));

  expect(JSON.stringify(recorded)).not.toContain("Quartett");
  expect(Object.keys(recorded)).toEqual([
    "rendering",
    ...Object.keys(dataSetChoices),
    "timeZone",
    "maxConversations",
    "persona",
    "ownRulesSha256",
  ]);
});
