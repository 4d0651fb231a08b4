import { readdir, readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../src/project.ts";

test("what is bundled loads only packages that installing brings", async () => {
  const dist = path.join(projectRoot, "dist");
  const files = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith(".js"));
  const texts = await Promise.all(files.map((file) => readFile(path.join(dist, file), "utf8")));
  const { dependencies } = JSON.parse(await readFile(path.join(projectRoot, "package.json"), "utf8"));
  const known = new Set([...Object.keys(dependencies), ...builtinModules]);

  const loaded = new Set(texts.flatMap(importedPackages));
  expect([...loaded].filter((name) => !known.has(name))).toEqual([]);
  expect(loaded.size).toBeGreaterThan(10);
});

function importedPackages(text: string): string[] {
  const imports = text.matchAll(
    /(?:^|\n)(?:import|export)[^;"'\n]*?["']([^."'][^"']*)["']|import\("([^."][^"]*)"\)/g,
  );
  return [...imports].map(([, named, lazy]) => packageOf((named ?? lazy) as string));
}

function packageOf(specifier: string): string {
  const [scope, name] = specifier.replace(/^node:/, "").split("/") as [string, string?];
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}
