import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { commandNames, createProgram } from "../src/commands/program.ts";
import { Config, loadConfig } from "../src/config.ts";
import { projectRoot } from "../src/project.ts";

const program = await createProgram(commandNames);

test("every command in the pages exists, with its flags", async () => {
  const pages = ["README.md", "docs/discord.md", "data/README.md", "docs/decisions.md"];
  const unknown: string[] = [];
  let seen = 0;
  for (const page of pages) {
    for (const words of commandsIn(await read(page))) {
      seen++;
      const problem = problemWith(words);
      if (problem !== undefined) unknown.push(`${page}: persona ${words.join(" ")}: ${problem}`);
    }
  }

  expect(unknown).toEqual([]);
  expect(seen).toBeGreaterThan(15);
});

test("the README names every command, every room and every npm script it promises", async () => {
  const readme = await read("README.md");
  const { scripts } = JSON.parse(await read("package.json")) as { scripts: Record<string, string> };
  const folders = await readdir(path.join(projectRoot, "src"), { withFileTypes: true });

  const promised = [
    ...program.commands.map((command) => `persona ${command.name()}`),
    ...folders.filter((entry) => entry.isDirectory()).map(({ name }) => `src/${name}/`),
  ];

  expect(promised.filter((words) => !readme.includes(words))).toEqual([]);
  for (const [, script = ""] of readme.matchAll(/npm run (\w+)/g)) expect(scripts).toHaveProperty(script);
  expect(readme.split("\n").length).toBeLessThan(250);
});

test("links in the pages lead somewhere", async () => {
  for (const page of ["README.md", "docs/discord.md"]) {
    const targets = [...(await read(page)).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      ([, target]) => target ?? "",
    );
    for (const target of targets) {
      expect(existsSync(path.join(projectRoot, path.dirname(page), target)), target).toBe(true);
    }
  }
});

test("persona.example.json holds every choice with its default", async () => {
  const example = JSON.parse(await read("persona.example.json"));
  const { persona, friends, ...choices } = example;
  const defaults = Config.parse({});

  expect(await loadConfig(path.join(projectRoot, "persona.example.json"))).toMatchObject({
    persona,
    friends,
  });
  for (const room of ["prepare", "reply", "discord"] as const) expect(choices[room]).toEqual(defaults[room]);
  expect(Object.keys(choices.train).toSorted()).toEqual(
    Object.keys(Config.shape.train.unwrap().shape).toSorted(),
  );
});

test("help says the same as yesterday", () => {
  const pages = [program, ...program.commands].map((command) => command.helpInformation());

  expect(pages.join("\n")).toMatchSnapshot();
});

/** The words after each `persona` in code, up to what a shell would take away. */
function commandsIn(markdown: string): string[][] {
  const blocks = [...markdown.matchAll(/```(?:sh|console|bash)?\n([\s\S]*?)```/g)].map(
    ([, block]) => block ?? "",
  );
  const spans = [...markdown.replaceAll(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map(
    ([, span]) => span ?? "",
  );
  const lines = [...blocks.flatMap((block) => block.split("\n")), ...spans];
  return lines.flatMap((line) => {
    const match = /^(?:\$ )?(?:npx )?persona ([a-z].*)$/.exec(line.trim());
    return match ? [(match[1] as string).replace(/\s*[#|…].*$/, "").split(/\s+/)] : [];
  });
}

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

function read(file: string): Promise<string> {
  return readFile(path.join(projectRoot, file), "utf8");
}
