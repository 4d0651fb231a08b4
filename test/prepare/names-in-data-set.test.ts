import { expect, test } from "vitest";
import { namesInDataSet } from "../../src/prepare/index.ts";
import { builtInTokenizerDirectory } from "../../src/tokenizer/index.ts";
import { chat, persona, prepare, storeOf } from "./data-set.ts";

test.each(["invented", "initials"] as const)(
  "with %s, everybody's name leads to what the data set calls them",
  async (realNames) => {
    const store = storeOf([chat("a", 40, "Ben Ito"), chat("b", 30, "Zoë Park"), chat("c", 20, "Ben Itō")]);
    const { manifest } = await prepare(store, { realNames, neutralLabelShare: 0 });

    const names = await namesInDataSet(store, manifest, builtInTokenizerDirectory);

    const labels = ["Ben Ito", "Zoë Park", "Ben Itō"].map((name) => names.get(name));
    expect(new Set(labels)).toEqual(new Set(manifest.speakers));
    expect(labels).not.toContain("Ben Ito");
    expect(names.get(persona)).toBe(persona);
  },
);

test("where names stay, everybody is called by their own", async () => {
  const store = storeOf([chat("a", 40, "Ben  Ito")]);
  const { manifest } = await prepare(store, { neutralLabelShare: 0 });

  expect(await namesInDataSet(store, manifest, builtInTokenizerDirectory)).toEqual(
    new Map([
      ["Ben  Ito", "Ben Ito"],
      [persona, persona],
    ]),
  );
});
