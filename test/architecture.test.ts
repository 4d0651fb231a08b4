import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../src/project.ts";
import { type Import, type Module, readModules } from "./modules.ts";

/** Stages of the pipeline, and what shows them: none knows another. */
const rooms = ["ingest", "prepare", "train", "evaluate", "serve", "demo", "bench"];
/** What the rooms share. */
const language = ["choices", "guard", "handoffs", "page", "tokenizer", "transcript", "worker-threads"];
/** The only files directly in `src/` that open rooms. */
const openers = ["src/cli.ts", "src/index.ts"];
/** Started by their file's name, so that nothing imports what they give. */
const programs = ["src/cli.ts", "src/ingest/store/read-store.ts"];
const maxFiles = 15;

const modules = await readModules("src");
const imports = modules.flatMap((module) => module.imports);

test("the tests see the house", () => {
  expect(modules.length).toBeGreaterThan(200);
  expect(imports.length).toBeGreaterThan(500);
  for (const { to } of imports) expect(existsSync(path.join(projectRoot, to)), to).toBe(true);
  expect(foldersIn("src").toSorted()).toEqual([...rooms, ...language, "commands"].toSorted());
});

test("rooms do not know each other: they share the language, and the files directly in src/", () => {
  const known = ["", ...language];
  expect(
    imports.filter(({ from, to }) => {
      const [room, other] = [folderOf(from), folderOf(to)];
      return rooms.includes(room) && other !== room && !known.includes(other);
    }),
  ).toEqual([]);
});

test("the language and the shared files know no room; only the command line and the library open rooms", () => {
  const known = ["", ...language];
  const reaching = imports.filter(
    ({ from, to }) => known.includes(folderOf(from)) && !known.includes(folderOf(to)),
  );

  expect(new Set(reaching.map(({ from }) => from))).toEqual(new Set(openers));
});

test("a folder is entered by its door", () => {
  expect(
    imports.filter(({ from, to }) => to !== doorFor(from, to)).map(({ from, to }) => `${from} → ${to}`),
  ).toEqual([]);
  const withoutDoor = foldersWithModules().filter(
    (folder) =>
      !isCommands(folder) && folder !== "src" && !existsSync(path.join(projectRoot, folder, "index.ts")),
  );
  expect(withoutDoor).toEqual([]);
});

test("no file leads back to itself, by types neither", () => {
  expect(circles(modules)).toEqual([]);
  const around = (from: string, to: string): Module => ({
    file: from,
    imports: [{ from, to, name: "x", isReexport: false }],
    exports: [],
  });
  expect(circles([around("a", "b"), around("b", "c"), around("c", "b")])).toEqual([["b", "c"]]);
});

test(`a folder holds at most ${maxFiles} files`, () => {
  const filesIn = (folder: string) => modules.filter(({ file }) => path.dirname(file) === folder);
  expect(foldersWithModules().filter((folder) => filesIn(folder).length > maxFiles)).toEqual([]);
});

test("no name of a type that others take has two meanings", async () => {
  const declared = await Promise.all(modules.map(async ({ file }) => ({ file, names: await typesIn(file) })));
  const filesOf = new Map<string, string[]>();
  for (const { file, names } of declared)
    for (const name of names) filesOf.set(name, [...(filesOf.get(name) ?? []), file]);

  expect(Object.fromEntries([...filesOf].filter(([, files]) => files.length > 1))).toEqual({});
  expect(filesOf.size).toBeGreaterThan(100);
});

test("every export has a user", async () => {
  const inTests = (await readModules("test")).flatMap((module) => module.imports);
  const used = usedExports([...imports, ...inTests]);
  const unused = modules.flatMap(({ file, exports, imports: taken }) => {
    const passedOn = taken.filter(({ isReexport }) => isReexport).map(({ name }) => name);
    return [...exports, ...passedOn]
      .filter((name) => name !== "*" && !used.has(`${file} ${name}`))
      .map((name) => `${file}: ${name}`);
  });

  expect(unused.filter((name) => !programs.some((program) => name.startsWith(program)))).toEqual([]);
  expect(used.size).toBeGreaterThan(300);
});

/** The types that a file declares for others; a schema and the type of its values are one. */
async function typesIn(file: string): Promise<Set<string>> {
  const text = await readFile(path.join(projectRoot, file), "utf8");
  return new Set([...text.matchAll(/^export (?:interface|type|class) (\w+)/gm)].map(([, name = ""]) => name));
}

function folderOf(file: string): string {
  const [, folder = "", ...rest] = file.split(path.sep);
  return rest.length > 0 ? folder : "";
}

function foldersIn(parent: string): string[] {
  return [...new Set(modules.map(({ file }) => folderOf(file)))].filter(
    (name) => name !== "" && parent === "src",
  );
}

function foldersWithModules(): string[] {
  return [...new Set(modules.map(({ file }) => path.dirname(file)))];
}

/** Commands are loaded one by one, so that help does not wait for what training needs: their folder has no door. */
function isCommands(folder: string): boolean {
  return folder === "src/commands" || folder.startsWith("src/commands/");
}

/** The file by which `from` may reach `to`: the door of the outermost folder that it stands outside of. */
function doorFor(from: string, to: string): string {
  const parts = to.split(path.sep);
  for (let depth = 2; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join(path.sep);
    const isInside = from.startsWith(`${folder}${path.sep}`);
    if (!isInside && !isCommands(folder)) return path.join(folder, "index.ts");
  }
  return to;
}

/** Every name that somebody uses who does not only pass it on, at its door and where it is declared. */
function usedExports(all: Import[]): Set<string> {
  const passedOn = new Map<string, Import[]>();
  for (const taken of all.filter(({ isReexport }) => isReexport))
    passedOn.set(taken.from, [...(passedOn.get(taken.from) ?? []), taken]);
  const used = new Set<string>();
  const use = (file: string, name: string): void => {
    if (used.has(`${file} ${name}`)) return;
    used.add(`${file} ${name}`);
    for (const next of passedOn.get(file) ?? []) {
      if (next.name === name || next.name === "*" || name === "*")
        use(next.to, next.name === "*" ? name : next.name);
    }
  };
  for (const { from, to, name, isReexport } of all) if (!isReexport || openers.includes(from)) use(to, name);
  for (const { from, name, isReexport } of all) if (isReexport && openers.includes(from)) use(from, name);
  for (const { file, exports } of modules)
    if (used.has(`${file} *`)) for (const name of exports) use(file, name);
  return used;
}

/** Groups of files each of which reaches every other: Tarjan's strongly connected components of more than one. */
function circles(all: Module[]): string[][] {
  const targets = new Map(all.map(({ file, imports: taken }) => [file, taken.map(({ to }) => to)]));
  const order = new Map<string, { index: number; low: number }>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): { index: number; low: number } => {
    const own = { index: order.size, low: order.size };
    order.set(file, own);
    stack.push(file);
    for (const next of targets.get(file) ?? []) {
      const known = order.get(next);
      if (known === undefined) own.low = Math.min(own.low, visit(next).low);
      else if (stack.includes(next)) own.low = Math.min(own.low, known.index);
    }
    if (own.low === own.index) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) found.push(circle.toSorted());
    }
    return own;
  };
  for (const { file } of all) if (!order.has(file)) visit(file);
  return found;
}
