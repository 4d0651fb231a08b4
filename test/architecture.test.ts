import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../src/project.ts";

const source = path.join(projectRoot, "src");
const rooms = ["ingest", "prepare", "train", "serve", "demo", "bench"];

interface Import {
  from: string;
  to: string;
}

test("rooms do not know each other: they share the files directly in src/", async () => {
  const imports = await readImports();
  const seen = new Set(imports.map(({ from }) => roomOf(from)));
  const forbidden = imports.filter(({ from, to }) => {
    const [room, other] = [roomOf(from), roomOf(to)];
    return rooms.includes(room) && other !== room && other !== "";
  });

  expect(forbidden).toEqual([]);
  // A test that sees no modules would pass as well.
  for (const room of rooms) expect(seen).toContain(room);
});

test("the shared files know no room, and only commands and the library open doors", async () => {
  const imports = await readImports();
  const shared = imports.filter(({ from, to }) => roomOf(from) === "" && roomOf(to) !== "");
  const openers = new Set(shared.map(({ from }) => from));

  expect([...openers].toSorted()).toEqual(["cli.ts", "index.ts"]);
});

test("commands and the library enter rooms by their doors", async () => {
  const imports = await readImports();
  const windows = imports.filter(({ from, to }) => {
    const room = roomOf(to);
    return rooms.includes(room) && roomOf(from) !== room && to !== `${room}/index.ts`;
  });

  expect(windows).toEqual([]);
  expect(imports.length).toBeGreaterThan(100);
});

function roomOf(file: string): string {
  return path.dirname(file).split(path.sep)[0]?.replace(".", "") ?? "";
}

async function readImports(): Promise<Import[]> {
  const names = await readdir(source, { recursive: true });
  const files = names.filter((name) => name.endsWith(".ts"));
  const found = await Promise.all(
    files.map(async (from) => {
      const text = await readFile(path.join(source, from), "utf8");
      const specifiers = [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(
        ([, specifier]) => specifier ?? "",
      );
      return specifiers.map((specifier) => ({
        from,
        to: path.normalize(path.join(path.dirname(from), specifier)),
      }));
    }),
  );
  return found.flat();
}
