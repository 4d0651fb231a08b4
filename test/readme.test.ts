import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { commandNames, createProgram } from "../src/commands/program.ts";
import { exampleSections, loadConfig } from "../src/config.ts";
import { projectRoot } from "../src/project.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../src/tokenizer/index.ts";
import { createTranscript } from "../src/transcript/index.ts";
import { anchorsOf, codeIn, commandsIn, linksIn, pathsIn, readPages, readText, sectionsOf } from "./pages.ts";

const program = await createProgram(commandNames);
const pages = await readPages();

/** Flags of V8, torchrun and commander that the pages speak of. */
const foreignFlags = [
  "--help",
  // llama-server's and vLLM's.
  ..."--host --port --parallel --ctx-size --kv-unified --cache-ram --served-model-name --max-model-len".split(
    " ",
  ),
  ..."--enable-prefix-caching --api-key --enable-lora --lora-modules".split(" "),
  // lm-eval's.
  ..."--model --tasks --model_args".split(" "),
  "--always-sparkplug",
  "--master-addr",
  "--master-port",
  "--max-inlined-bytecode-size-cumulative",
  "--maglev",
  "--nnodes",
  "--node-rank",
  "--nproc-per-node",
];

test("every command in the pages exists, with its flags", () => {
  const commands = pages.flatMap((page) => commandsIn(page).map((words) => ({ page, words })));
  const unknown = commands.flatMap(({ page, words }) => {
    const problem = problemWith(words);
    return problem === undefined ? [] : [`${page.file}: persona ${words.join(" ")}: ${problem}`];
  });

  expect(unknown).toEqual([]);
  expect(commands.length).toBeGreaterThan(30);
});

test("every flag that a page mentions is one of persona's or of the scripts'", async () => {
  const scripts = await readdir(path.join(projectRoot, "scripts"), { recursive: true });
  const sources = await Promise.all(
    scripts.filter((name) => name.endsWith(".py")).map((name) => readText(path.join("scripts", name))),
  );
  const everyCommand = program.commands.flatMap((command) => [command, ...command.commands]);
  const known = new Set([program, ...everyCommand].flatMap(({ options }) => options.map(({ long }) => long)));
  const isKnown = (flag: string) =>
    known.has(flag) || foreignFlags.includes(flag) || sources.some((source) => source.includes(`"${flag}"`));

  const flags = pages.flatMap((page) =>
    codeIn(page).flatMap((code) => code.match(/(?<!\S)--[a-z][\w-]*/g) ?? []),
  );
  expect(flags.filter((flag) => !isKnown(flag))).toEqual([]);
  expect(flags.length).toBeGreaterThan(50);
});

test("every npm script in the pages exists", async () => {
  const { scripts } = JSON.parse(await readText("package.json"));
  const named = pages.flatMap((page) =>
    codeIn(page).flatMap((code) => [...code.matchAll(/npm run ([\w-]+)/g)].map(([, name = ""]) => name)),
  );

  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  expect(named.length).toBeGreaterThan(4);
});

test("links in the pages lead to files and headings that are there", async () => {
  const broken: string[] = [];
  for (const page of pages) {
    for (const { file, anchor } of linksIn(page)) {
      const isThere = existsSync(path.join(projectRoot, file));
      const isHeading = anchor === undefined || (isThere && anchorsOf(await readText(file)).includes(anchor));
      if (!isThere || !isHeading) broken.push(`${page.file}: ${file}#${anchor ?? ""}`);
    }
  }

  expect(broken).toEqual([]);
  expect(pages.flatMap(linksIn).length).toBeGreaterThan(40);
});

test("files and folders that the pages name exist", () => {
  const missing = pages.flatMap((page) =>
    pathsIn(page)
      .filter((name) => !existsSync(path.join(projectRoot, name)))
      .map((name) => `${page.file}: ${name}`),
  );

  expect(missing).toEqual([]);
  expect(pages.flatMap(pathsIn).length).toBeGreaterThan(60);
});

test("the README names every command and every room, and fits 200 lines of 100 characters", async () => {
  const readme = await readText("README.md");
  const folders = await readdir(path.join(projectRoot, "src"), { withFileTypes: true });
  const promised = [
    ...program.commands.map((command) => `persona ${command.name()}`),
    ...folders.filter((entry) => entry.isDirectory()).map(({ name }) => `${name}/`),
  ];
  const lines = readme.split("\n");

  expect(promised.filter((words) => !readme.includes(words))).toEqual([]);
  expect(lines.filter((line) => [...line].length > 100)).toEqual([]);
  expect(lines.length).toBeLessThanOrEqual(201);
});

test("a decision has at most 80 words", () => {
  const entries = pages
    .filter(({ file }) => file.startsWith("docs/decisions/") && !file.endsWith("README.md"))
    .flatMap(({ file, text }) => sectionsOf(text).map((section) => ({ file, ...section })));
  const long = entries.filter(({ heading, body }) => `${heading} ${body}`.trim().split(/\s+/).length > 80);

  expect(long.map(({ file, heading }) => `${file}: ${heading}`)).toEqual([]);
  expect(entries.length).toBeGreaterThan(100);
});

test("pages and errors say the same way to ask Meta for an export", async () => {
  const way = "Accounts Centre → Your information and permissions → Export your information";
  const texts = [...pages, { file: "src", text: await readText("src/ingest/find-threads.ts") }];
  const asking = texts
    .map(({ file, text }) => ({ file, text: text.replaceAll(/\s+/g, " ") }))
    .filter(({ text }) => text.includes("Accounts Centre →"));

  expect(asking.filter(({ text }) => !text.includes(way)).map(({ file }) => file)).toEqual([]);
  expect(asking.map(({ file }) => file)).toEqual(["README.md", "docs/import.md", "src"]);
});

test("each name in architecture.md stands in the file beside it", async () => {
  const architecture = await readText("docs/architecture.md");
  const rows = [...architecture.matchAll(/^\|([^|]*`[A-Z]\w+`[^|]*)\| `((?:src|scripts)\/[^`]+)` /gm)];
  const wrong: string[] = [];
  for (const [, cell = "", file = ""] of rows) {
    const [, name] = /`([A-Z]\w+)`/.exec(cell) ?? [];
    if (!new RegExp(`\\b(?:class|interface|type) ${name}\\b`).test(await readText(file)))
      wrong.push(`${file}: ${name}`);
  }

  expect(wrong).toEqual([]);
  expect(rows.length).toBeGreaterThan(10);
});

test("the message that architecture.md follows becomes the tokens that it shows", async () => {
  const architecture = await readText("docs/architecture.md");
  const numbersOf = (name: string) =>
    new RegExp(`^${name} +([\\d ]+)$`, "m").exec(architecture)?.[1]?.trim().split(/ +/).map(Number);
  const tokenizer = await loadTokenizer(builtInTokenizerDirectory);
  const { ids, mask } = createTranscript({ tokenizer, rendering: "plain", persona: "Ana Lima" }).render([
    { speaker: "Ana Lima", isPersona: true, bubbles: ["sure", "call me 😊 [phone]"] },
  ]);

  const [endOfText, ...shown] = ids;
  expect(endOfText).toBe(50256);
  expect(numbersOf("ids")).toEqual(shown);
  expect(numbersOf("mask")).toEqual(mask.slice(1));
});

test("persona.example.json is what the tables of choices say", async () => {
  const { persona, friends, ...sections } = JSON.parse(await readText("persona.example.json"));

  expect(JSON.stringify(sections)).toBe(JSON.stringify(exampleSections));
  expect(await loadConfig(path.join(projectRoot, "persona.example.json"))).toMatchObject({
    persona,
    friends,
  });
});

test("help says the same as yesterday", () => {
  const pages = [program, ...program.commands].map((command) => command.helpInformation());

  expect(pages.join("\n")).toMatchSnapshot();
});

function problemWith([name = "", ...words]: string[]): string | undefined {
  let command: Command | undefined = program.commands.find((candidate) => candidate.name() === name);
  if (command === undefined) return "no such command";
  const inner = command.commands.find((candidate) => candidate.name() === words[0]);
  if (
    command.commands.length > 0 &&
    words[0] !== undefined &&
    /^[a-z]+$/.test(words[0]) &&
    inner === undefined
  )
    return `no ${words[0]}`;
  command = inner ?? command;
  const known = new Set([...command.options, ...program.options].flatMap(({ long, short }) => [long, short]));
  const flag = words.find((word) => word.startsWith("-") && !known.has(word));
  return flag && `no ${flag}`;
}
