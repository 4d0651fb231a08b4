import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { MaskCode } from "../../../src/handoffs/index.ts";
import { writeReport } from "../../../src/prepare/report/index.ts";
import { loadTokenizer } from "../../../src/tokenizer/tokenizer.ts";
import { at, pair, persona } from "../facts/conversations.ts";
import { hostileTexts, hostileThreads } from "./hostile.ts";
import { smallReport, type Threads } from "./small-report.ts";

test("the marks of a sample are the mask, token by token, and its text is what the ids decode to", async () => {
  const input = await smallReport(persona, hostileThreads().slice(0, 4));
  const transcripts = samplesOf(await writeReport(input));
  const tokenizer = await loadTokenizer();

  expect(transcripts).toHaveLength(4);
  for (const [index, transcript] of transcripts.entries()) {
    const { ids, mask } = input.rendered[index] as { ids: number[]; mask: number[] };
    const ordinary = ids.filter((id) => id !== input.manifest.endOfConversation);
    expect(codesOf(transcript)).toEqual(mask);
    expect(textOf(transcript)).toBe(tokenizer.decode(ordinary));
  }
});

test("a character that takes several tokens is shown whole, with its tokens counted", async () => {
  const threads = [{ thread: pair("ben"), conversations: [[at(0, persona, "🦩ok🧿")]] }];
  const [transcript] = samplesOf(await writeReport(await smallReport(persona, threads)));

  expect(textOf(transcript as PageElement)).toContain("🦩ok🧿");
  expect(transcript?.querySelector("i[data-tokens]")?.textContent).toBe("🦩");
});

test("a long conversation is clipped, and says how much is not shown", async () => {
  const long = Array.from({ length: 200 }, (_, index) =>
    at(index * 60, index % 2 ? persona : "Ben", "one two"),
  );
  const input = await smallReport(persona, [{ thread: pair("ben"), conversations: [long] }]);
  const [transcript] = samplesOf(await writeReport(input));
  const { mask = [] } = input.rendered[0] ?? {};
  const shown = codesOf(transcript as PageElement);

  expect(shown.length).toBeGreaterThan(150);
  expect(shown).toEqual(mask.slice(0, shown.length));
  expect(transcript?.parentElement?.querySelector(".clipped")?.textContent).toContain(
    `${(mask.length - shown.length).toLocaleString("en-US")} more tokens`,
  );
});

test("ten samples are spread over the data set", async () => {
  const conversations = Array.from({ length: 100 }, (_, index) => [
    at(index * 90_000, persona, `number ${index}`),
  ]);
  const text = await writeReport(await smallReport(persona, [{ thread: pair("ben"), conversations }]));
  const titles = [...documentOf(text).querySelectorAll(".sample h3")].map(({ textContent }) => textContent);

  expect(titles).toHaveLength(10);
  expect(titles[0]).toContain("Conversation 6");
  expect(titles[9]).toContain("Conversation 96");
});

test("hostile names and messages stay text", async () => {
  const text = await writeReport(await smallReport(persona, hostileThreads()));
  const document = documentOf(text);

  expect([...document.querySelectorAll("script, img, iframe, object, embed, form, base")]).toEqual([]);
  const attributes = [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes]);
  expect(attributes.filter(({ name }) => name.startsWith("on"))).toEqual([]);
  expect(text.match(/<style>/g)).toHaveLength(1);
  expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/u);
  expect(document.querySelector("#samples")?.textContent).toContain(hostileTexts[0]);
  expect(document.querySelector("#exclusions")?.textContent).toContain("section <message_requests>");
});

test("the page loads nothing: a strict policy, and no address but its own parts", async () => {
  const text = await writeReport(await smallReport(persona, chat()));
  const document = documentOf(text);
  const addresses = [...document.querySelectorAll("[src], [href], [srcset], [action], [data]")].map(
    (element) => element.getAttribute("href") ?? "elsewhere",
  );
  const policy = document
    .querySelector('meta[http-equiv="Content-Security-Policy"]')
    ?.getAttribute("content");

  expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; img-src data:/);
  expect(addresses.filter((address) => !address.startsWith("#"))).toEqual(["data:,"]);
  expect(text).not.toMatch(/https?:|\/\/[a-z]|url\(|@import/i);
});

test("the same input gives the same page, below a megabyte", async () => {
  const { tokenizer, ...input } = await smallReport(persona, chat());
  const text = await writeReport({ ...input, tokenizer });

  expect(await writeReport({ ...structuredClone(input), tokenizer })).toBe(text);
  expect(text.length).toBeLessThan(1_000_000);
});

test("every contents entry leads to a section, and every picture has words for it", async () => {
  const document = documentOf(await writeReport(await smallReport(persona, chat())));
  const targets = [...document.querySelectorAll("nav a")].map(
    (link) => link.getAttribute("href")?.slice(1) ?? "",
  );
  const pictures = [...document.querySelectorAll("figure [role=img]")];

  expect(targets.map((id) => document.getElementById(id)?.tagName)).toEqual(targets.map(() => "SECTION"));
  expect(pictures).toHaveLength(2 * document.querySelectorAll("figure").length);
  for (const picture of pictures) expect(picture.getAttribute("aria-label")?.length).toBeGreaterThan(30);
  for (const figure of document.querySelectorAll("figure"))
    expect(figure.querySelector("figcaption")).not.toBeNull();
});

test("without names, neither charts nor labels nor headings hold one", async () => {
  const input = await smallReport(persona, chat());
  const shown = await writeReport(input);
  const hidden = await writeReport({ ...input, showNames: false });

  for (const name of ["Ana", "Lima", "Benedikt", "Quartett"]) {
    expect(shown).toContain(name);
    expect(hidden).not.toContain(name);
  }
});

test("in a chat rendering special tokens are shown by their names, and the system message hides its own", async () => {
  const input = await smallReport(persona, chat(), "chat");
  const [transcript] = samplesOf(await writeReport(input));
  const hidden = await writeReport({ ...input, showNames: false });

  expect(
    [...(transcript?.querySelectorAll("b") ?? [])].slice(0, 2).map(({ textContent }) => textContent),
  ).toEqual(["<|im_start|>", "<|im_end|>"]);
  expect(codesOf(transcript as PageElement)).toEqual(
    input.rendered[0]?.mask.slice(0, codesOf(transcript as PageElement).length),
  );
  for (const name of ["Ana", "Lima", "Benedikt"]) expect(hidden).not.toContain(name);
});

test("coverage says how many conversations a context cuts", async () => {
  const input = await smallReport(persona, [
    {
      thread: pair("ben"),
      conversations: [[at(0, persona, "yes")], [at(90_000, persona, "no ".repeat(700))]],
    },
  ]);
  const caption = documentOf(await writeReport(input)).querySelector(
    "#context-coverage figcaption",
  )?.textContent;

  expect(input.rendered.map(({ ids }) => ids.length > 512 && ids.length < 1024)).toEqual([false, true]);
  expect(caption).toMatch(/50\s%.? at 512 tokens, 0\s% at 1,024 tokens, 0\s% at 2,048/);
});

test("an empty data set still makes a page", async () => {
  const text = await writeReport(await smallReport(persona, []));

  expect(text).not.toMatch(/NaN|undefined|Infinity/);
  expect(documentOf(text).querySelectorAll("figure").length).toBeGreaterThan(5);
});

function chat(): Threads {
  const talk = (name: string) =>
    Array.from({ length: 40 }, (_, index) =>
      at(index * 700, index % 2 ? persona : name, index % 2 ? "gladly, haha" : "maybe tomorrow?"),
    );
  return [
    { thread: { ...pair("one"), title: "Benedikt" }, conversations: [talk("Benedikt")] },
    { thread: { ...pair("two"), title: "Quartett", isGroup: true }, conversations: [talk("Benedikt")] },
  ];
}

type Page = ReturnType<typeof parseHTML>["document"];
type PageElement = NonNullable<ReturnType<Page["querySelector"]>>;

function documentOf(text: string): Page {
  return parseHTML(text).document;
}

function samplesOf(text: string): PageElement[] {
  return [...documentOf(text).querySelectorAll(".transcript")];
}

const codeOfClass: Record<string, number> = {
  structure: MaskCode.structure,
  persona: MaskCode.persona,
  others: MaskCode.others,
  "next-speaker": MaskCode.nextSpeaker,
};

/** The mask code of each token that a transcript shows. */
function codesOf(transcript: PageElement): number[] {
  return [...transcript.querySelectorAll(".run")].flatMap((run) => {
    const code = codeOfClass[run.className.replace("run ", "")] as number;
    return [...run.querySelectorAll("i, b")].flatMap((piece) =>
      Array<number>(Number(piece.getAttribute("data-tokens") ?? 1)).fill(code),
    );
  });
}

/** The text of its ordinary tokens, as it was before invisible characters were named. */
function textOf(transcript: PageElement): string {
  return [...transcript.querySelectorAll("i")]
    .map((piece) => piece.textContent?.replaceAll("↵", "") ?? "")
    .join("");
}
