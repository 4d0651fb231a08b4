import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type { Question } from "../../../src/evaluate/replies.ts";
import { writeReport } from "../../../src/evaluate/report/index.ts";
import { hostileTexts } from "../../prepare/report/hostile.ts";
import { runRecord } from "../../train/run-record.ts";
import { evaluationOf, goodParts } from "../evaluation.ts";

test("figures stand between their anchors, in pictures and in words", () => {
  const document = open(evaluationOf("aaaa"));
  const shown = document.querySelector("#two-sample .wide");

  expect(document.querySelectorAll("figure svg.plot").length).toBe(12);
  expect(shown?.getAttribute("aria-label")).toMatch(
    /the person, over time: 56\.0 % .* as served: 62\.0 % \(60\.0 to 64\.0\)\..* somebody else: 67\.0 %/,
  );
  expect(document.querySelector("#two-sample figcaption")?.textContent).toContain(
    "nearer than somebody else would be",
  );
  expect(document.querySelector("#bits-per-byte figcaption")?.textContent.replaceAll("\u00a0", " ")).toMatch(
    /the person 7\.7 % better, their friends 3\.4 % better, strangers 1\.4 % better\.\s+What only the person gained: 4\.3 points/,
  );
});

test.each([
  [{ value: 0.6, low: 0.58, high: 0.63 }, "nearer than somebody else would be"],
  [{ value: 0.5, low: 0.45, high: 0.55 }, "no easier than the person from themselves"],
  [
    { value: 0.6, low: 0.45, high: 0.75 },
    "too few replies to say whether it is nearer than somebody else would be",
  ],
  [{ value: 0.8, low: 0.75, high: 0.85 }, "further off than somebody else"],
])("of a share of %o it is said that it is %s", (served, verdict) => {
  const { twoSample } = goodParts;
  const document = open(evaluationOf("aaaa", { twoSample: { ...twoSample, served } }));

  expect(document.querySelector("#two-sample figcaption")?.textContent).toContain(`: ${verdict}.`);
});

test("what was not measured is said in its place, and why", () => {
  const skipped = { skipped: "too few held-out replies" };
  const { leaks } = evaluationOf("aaaa");
  const parts = { likelihood: skipped, twoSample: skipped, verifier: skipped, style: skipped };
  const document = open(
    evaluationOf("aaaa", {
      ...parts,
      relevance: skipped,
      degeneration: skipped,
      leaks: {
        ...leaks,
        extraction: skipped,
        membership: skipped,
        overlap: skipped,
        privatePatterns: skipped,
      },
    }),
  );

  expect(document.querySelectorAll("svg").length).toBe(0);
  expect([...document.querySelectorAll(".none")].map(({ textContent }) => textContent)).toEqual([
    ...Array(10).fill("Not measured: too few held-out replies."),
    "No replies were kept.",
  ]);
});

test("what replies repeat of training stands beside what the person repeats", () => {
  const rowsOf = (document: ReturnType<typeof open>) =>
    [...document.querySelectorAll("#overlap tbody tr")].map((row) =>
      [...row.children].map(({ textContent }) => textContent),
    );
  const { six, eight, twelve, replies } = goodParts.overlap;
  const { leaks } = evaluationOf("aaaa");
  const oldest = evaluationOf("aaaa", { leaks: { ...leaks, overlap: { six, eight, twelve, replies } } });

  expect(rowsOf(open(evaluationOf("aaaa")))).toEqual([
    ["generated", "12", "3", "0"],
    ["generated, from one conversation alone", "7", "2", "0"],
    ["really written", "9", "4", "1"],
  ]);
  expect(rowsOf(open(oldest))).toEqual([["generated", "12", "3", "0"]]);
});

test("a run that leaks says so first, with its reasons", () => {
  const { leaks } = evaluationOf("aaaa");
  const reasons = ["it repeats twelve words of training in a row in 6 of 1,000 replies"];
  const document = open(evaluationOf("aaaa", { leaks: { ...leaks, verdict: "leaks", reasons } }));

  expect(document.querySelector(".verdict")?.textContent).toContain("It leaks.");
  expect(document.querySelector(".verdict li")?.textContent).toBe(reasons[0]);
});

test("canaries stand beside what they would spare by chance, and are left out where none were planted", () => {
  const planted = open(evaluationOf("aaaa"));
  const { leaks } = evaluationOf("aaaa");
  const none = open(evaluationOf("aaaa", { leaks: { ...leaks, canaries: undefined } }));

  expect(planted.querySelectorAll("#canaries tbody tr").length).toBe(3);
  // Of six twins: the mean of log2(7 / place) over seven places.
  expect(planted.querySelector("#canaries .caption")?.textContent).toContain("it would spare 1.1 bits");
  expect(none.querySelector("#canaries")).toBeNull();
});

test("samples show what was said and no more than that, whatever it is", () => {
  const questions = hostileTexts.slice(0, 12).map(
    (text): Question => ({
      context: [{ speaker: text, bubbles: [text] }],
      bySource: { real: [text], run: [text, "and"], base: [] },
    }),
  );
  const document = open(evaluationOf("aaaa"), questions);

  expect(document.querySelectorAll(".sample .answers").length).toBe(Math.min(12, hostileTexts.length));
  expect(document.querySelectorAll("script, img, iframe, a[href^=javascript]").length).toBe(0);
  expect(document.querySelector(".answers .base dd")?.textContent).toBe("nothing");
});

test("contexts that only some have answered are no samples", () => {
  const context = [{ speaker: "Ben", bubbles: ["hi"] }];
  const document = open(evaluationOf("aaaa"), [
    { context, bySource: { real: ["hello"] } },
    { context, bySource: { served: ["hello"] } },
    { context, bySource: { real: ["hey"], served: ["ho"] } },
  ]);

  expect([...document.querySelectorAll(".answers dd")].map(({ textContent }) => textContent)).toEqual([
    "hey",
    "ho",
  ]);
});

function open(evaluation: ReturnType<typeof evaluationOf>, questions: Question[] = []) {
  return parseHTML(writeReport({ evaluation, run: runRecord({}), questions })).document;
}
