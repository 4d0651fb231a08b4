import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "../src/project.ts";

/** A name that one file takes from another; `*` for all of them. */
export interface Import {
  from: string;
  to: string;
  name: string;
  /** True where the file only passes the name on. */
  isReexport: boolean;
}

export interface Module {
  /** Relative to the project, such as `src/ingest/index.ts`. */
  file: string;
  imports: Import[];
  /** Names that the file itself declares for others. */
  exports: string[];
}

/** Every TypeScript file under a folder of the project, with what it takes and gives; types count as values do. */
export async function readModules(folder: string): Promise<Module[]> {
  const names = await readdir(path.join(projectRoot, folder), { recursive: true });
  return Promise.all(
    names
      .filter((name) => name.endsWith(".ts"))
      .map(async (name) => {
        const file = path.join(folder, name);
        const text = await readFile(path.join(projectRoot, file), "utf8");
        return { file, imports: importsOf(file, text), exports: exportsOf(text) };
      }),
  );
}

const statement = /^(import|export)(?: type)? (\{[^}]*\}|\*(?: as \w+)?) from "(\.[^"]+)"/gm;
const lazyImport =
  /(?:const (\{[^}]*\}) = (?:\([^)]*)?await )?import\("(\.[^"]+)"\)|typeof import\("(\.[^"]+)"\)/g;

function importsOf(file: string, text: string): Import[] {
  const resolve = (specifier: string) => path.normalize(path.join(path.dirname(file), specifier));
  const eager = [...text.matchAll(statement)].flatMap(([, kind, names = "", specifier = ""]) =>
    namesIn(names).map((name) => ({
      from: file,
      to: resolve(specifier),
      name,
      isReexport: kind === "export",
    })),
  );
  const lazy = [...text.matchAll(lazyImport)].flatMap(([, names = "*", one, other]) =>
    namesIn(names).map((name) => ({ from: file, to: resolve(one ?? other ?? ""), name, isReexport: false })),
  );
  return [...eager, ...lazy];
}

function namesIn(list: string): string[] {
  if (list.startsWith("*")) return ["*"];
  return list
    .replace(/[{}]/g, "")
    .split(",")
    .map((item) => item.trim().replace(/^type /, ""))
    .filter((item) => item !== "")
    .map((item) => item.split(/ as |:/)[0]?.trim() as string);
}

function exportsOf(text: string): string[] {
  const declared = text.matchAll(
    /^export (?:default )?(?:async )?(?:abstract )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm,
  );
  return [...new Set([...declared].map(([, name]) => name as string))];
}
