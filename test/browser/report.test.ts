import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answersPage } from "../../src/evaluate/prompts/answers-page.ts";
import { writeReport as writeEvaluationReport } from "../../src/evaluate/report/index.ts";
import { writeReport } from "../../src/prepare/report/index.ts";
import { evaluationOf } from "../evaluate/evaluation.ts";
import { at, pair, persona } from "../prepare/facts/conversations.ts";
import { hostileTexts, hostileThreads } from "../prepare/report/hostile.ts";
import { smallReport } from "../prepare/report/small-report.ts";
import { runRecord } from "../train/run-record.ts";
import { findBrowser } from "./find-browser.ts";

const executablePath = await findBrowser();
const inBrowser = test.skipIf(executablePath === undefined);
const phone = { width: 375, height: 800 };
const desktop = { width: 1280, height: 900 };
let browser: Browser | undefined;
/** By what they are of. */
const addresses = { data: "", evaluation: "", answers: "" };
const pages = Object.keys(addresses) as (keyof typeof addresses)[];

beforeAll(async () => {
  if (executablePath === undefined) return;
  addresses.data = await writePage(await dataReport());
  addresses.evaluation = await writePage(evaluationReport());
  addresses.answers = await writePage(answersPage(answered()));
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath, args });
});

afterAll(() => browser?.close());

if (executablePath === undefined) {
  console.warn(
    "No Chromium on the PATH, so no report is opened in a browser: install chromium to run these tests.",
  );
}

for (const viewport of [phone, desktop]) {
  for (const colorScheme of ["light", "dark"] as const) {
    inBrowser.each(pages)(
      `at ${viewport.width} px, ${colorScheme}, the report of the %s is whole and quiet`,
      async (of) => {
        const address = addresses[of];
        const page = await (browser as Browser).newPage({ viewport, colorScheme });
        const { complaints, requests } = listenTo(page);
        await page.goto(address);

        expect(await widestOverflow(page)).toBe(0);
        expect(await visibleCharts(page)).toEqual(await page.locator("figure").count());
        expect(complaints).toEqual([]);
        expect(requests).toEqual([address]);
        await page.close();
      },
    );
  }
}

for (const [media, colorScheme] of [
  ["screen", "light"],
  ["screen", "dark"],
  ["print", "dark"],
] as const) {
  inBrowser(`words and figures stand out from their ground: ${media}, ${colorScheme}`, async () => {
    const page = await (browser as Browser).newPage({ viewport: desktop, colorScheme });
    await page.emulateMedia({ media });
    await page.goto(addresses.data);

    if (media === "print")
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
        "rgb(255, 255, 255)",
      );
    for (const [colour, ground, least] of pairs) {
      expect(await contrast(page, colour, ground), `${colour} on ${ground}`).toBeGreaterThan(least);
    }
    await page.close();
  });
}

inBrowser("answers are found by their words and by the kind of question", async () => {
  const page = await (browser as Browser).newPage({ viewport: desktop });
  await page.goto(addresses.answers);
  const shown = () => page.locator("article:visible").count();

  await page.fill("#search", "ALERT(2)");
  expect(await shown()).toBe(1);
  expect(await page.locator("#shown").textContent()).toBe("1 question");
  await page.fill("#search", "");
  await page.selectOption("#kind", "odd");
  expect(await shown()).toBe(Math.floor(hostileTexts.length / 2));
  await page.close();
});

/** WCAG 2.2: 4.5 for text, 3 for graphics. */
const pairs: [string, string, number][] = [
  ["--ink", "--paper", 4.5],
  ["--ink", "--card", 4.5],
  ["--muted", "--paper", 4.5],
  ["--muted", "--card", 4.5],
  ["--ink", "--persona-tint", 4.5],
  ["--ink", "--next-tint", 4.5],
  ["--persona", "--card", 3],
  ["--friends", "--card", 3],
  ["--next", "--card", 3],
];

/** A page with everything that could push it apart: hostile texts as well as a plain chat. */
async function dataReport(): Promise<string> {
  const chat = Array.from({ length: 60 }, (_, index) =>
    at(index * 40, index % 2 ? persona : "Ben", index % 2 ? "gladly 😂 haha!" : "maybe tomorrow?", {
      reactions: [{ emoji: "❤", actor: persona }],
    }),
  );
  const threads = [...hostileThreads(), { thread: pair("ben"), conversations: [chat] }];
  return writeReport(await smallReport(persona, threads));
}

/** The same of an evaluation: what people and models may have said goes into its samples. */
function evaluationReport(): string {
  const words = [...hostileTexts, "x".repeat(400)];
  return writeEvaluationReport({
    evaluation: evaluationOf("aaaa"),
    run: runRecord({ persona: words[0] as string }),
    questions: words.map((text) => ({
      context: [{ speaker: text, bubbles: [text, text] }],
      bySource: { real: [text], served: [text, text], base: [] },
    })),
  });
}

/** Answers to hostile questions, of which every other one is odd. */
function answered() {
  return hostileTexts.map((text, index) => ({
    category: index % 2 === 1 ? "odd" : "even",
    text,
    answers: ["one", text].map((model) => ({ model, bubbles: [text, text] })),
  }));
}

async function writePage(text: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "persona-report-")), "report.html");
  await writeFile(file, text);
  return pathToFileURL(file).href;
}

function listenTo(page: Page) {
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) requests.push(request.url());
  });
  return { complaints, requests };
}

/** Pixels by which the page is wider than its window. */
function widestOverflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

/** Figures of which exactly one drawing is shown, with shapes in it. */
function visibleCharts(page: Page): Promise<number> {
  return page.evaluate<number>(`[...document.querySelectorAll("figure")].filter((figure) => {
    const shown = [...figure.querySelectorAll("svg.plot")].filter((svg) => svg.getBoundingClientRect().height > 0);
    return shown.length === 1 && shown[0].querySelector("rect, path, circle, line") !== null;
  }).length`);
}

/** The contrast ratio of two of the page's colours. */
function contrast(page: Page, colour: string, ground: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const luminance = (name) => {
      const probe = document.body.appendChild(document.createElement("p"));
      probe.style.color = "var(" + name + ")";
      const channels = getComputedStyle(probe).color.match(/\\d+/g).slice(0, 3).map((value) => value / 255);
      probe.remove();
      const [r, g, b] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [dark, bright] = [luminance("${colour}"), luminance("${ground}")].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  })()`);
}
