import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseAst } from "rolldown/parseAst";
import { projectRoot } from "../src/project.ts";

/** A text that the code may show. */
export interface ShownText {
  file: string;
  /** With `…` in place of what is filled in. */
  text: string;
  /** True for what an error tells somebody to do. */
  isFix: boolean;
}

interface Declaration {
  /** Names of the same file, its imports included. */
  uses: Set<string>;
  texts: ShownText[];
  /** What is loaded when it runs: on another thread, or later. */
  loads: Taken[];
}

interface Taken {
  file: string;
  name: string;
}

interface SourceFile {
  declarations: Map<string, Declaration>;
  /** By the name that is used here, also for what is only passed on. */
  taken: Map<string, Taken>;
}

/** What a file does when it is loaded. */
const onLoad = "on load";
const everything = "*";

/** Which texts can be shown when something runs, function by function. */
export class Sources {
  readonly #files: Map<string, SourceFile>;

  constructor(files: Map<string, SourceFile>) {
    this.#files = files;
  }

  /** The texts of all that is used by a name of a file, directly or not. */
  textsFrom(file: string, name: string): ShownText[] {
    const reached = new Map<string, Declaration>();
    this.#reach(file, name, reached);
    return [...reached.values()].flatMap(({ texts }) => texts);
  }

  #reach(file: string, name: string, reached: Map<string, Declaration>): void {
    const source = this.#files.get(file);
    if (source === undefined) return;
    const names =
      name === everything ? [...source.declarations.keys(), ...source.taken.keys()] : [onLoad, name];
    for (const each of names) {
      const taken = source.taken.get(each);
      const key = `${file}#${each}`;
      if (taken !== undefined && !reached.has(key)) {
        reached.set(key, { uses: new Set(), texts: [], loads: [] });
        this.#reach(taken.file, taken.name, reached);
      }
      const declaration = source.declarations.get(each);
      if (declaration === undefined || reached.has(key)) continue;
      reached.set(key, declaration);
      for (const used of declaration.uses) this.#reach(file, used, reached);
      for (const loaded of declaration.loads) this.#reach(loaded.file, loaded.name, reached);
    }
  }
}

/** Reads all TypeScript files below a folder of the project. */
export async function readSources(folder: string): Promise<Sources> {
  const names = await readdir(path.join(projectRoot, folder), { recursive: true });
  const files = names.filter((name) => name.endsWith(".ts")).map((name) => path.join(folder, name));
  const read = files.map(async (file) => [file, await readSource(file)] as const);
  return new Sources(new Map(await Promise.all(read)));
}

/** As much of a syntax tree's node as is looked at. */
interface Node {
  type: string;
  [key: string]: unknown;
}

async function readSource(file: string): Promise<SourceFile> {
  const program = parseAst(await readFile(path.join(projectRoot, file), "utf8"), { lang: "ts" });
  const source: SourceFile = { declarations: new Map(), taken: new Map() };
  for (const statement of program.body as unknown as Node[]) readStatement(statement, file, source);
  return source;
}

function readStatement(statement: Node, file: string, source: SourceFile): void {
  const from = (statement.source as Node | null | undefined)?.value as string | undefined;
  if (from !== undefined) {
    for (const specifier of (statement.specifiers ?? []) as Node[]) {
      const [own, theirs] = namesOf(specifier);
      if (from.startsWith(".")) source.taken.set(own, { file: besides(file, from), name: theirs });
    }
    return;
  }
  const declaration = (statement.declaration ?? statement) as Node;
  for (const [name, node] of declared(declaration)) {
    const known = source.declarations.get(name) ?? { uses: new Set(), texts: [], loads: [] };
    source.declarations.set(name, known);
    read(node, file, known, false);
  }
}

function namesOf({ type, local, imported, exported }: Node): [own: string, theirs: string] {
  const name = (node: unknown) => (node as { name: string } | undefined)?.name ?? everything;
  if (type === "ExportSpecifier") return [name(exported), name(local)];
  return [name(local), type === "ImportSpecifier" ? name(imported) : everything];
}

function declared(declaration: Node): [string, Node][] {
  if (declaration.type === "VariableDeclaration") {
    return (declaration.declarations as Node[]).map((each) => [
      ((each.id as Node).name as string | undefined) ?? onLoad,
      each,
    ]);
  }
  const id = (declaration.id as Node | null | undefined)?.name as string | undefined;
  return [[id ?? onLoad, declaration]];
}

function read(node: unknown, file: string, into: Declaration, isFix: boolean): void {
  if (typeof node !== "object" || node === null) return;
  const { type, name, value, quasis, key, id, computed, shorthand } = node as Node;
  if (type === "Identifier") into.uses.add(name as string);
  if (type === "Literal" && typeof value === "string") {
    into.texts.push({ file, text: value, isFix });
    if (/^\.{1,2}\/.*\.ts$/.test(value)) into.loads.push({ file: besides(file, value), name: everything });
  }
  if (type === "TemplateLiteral") {
    const text = (quasis as { value: { cooked: string } }[]).map((part) => part.value.cooked).join("…");
    into.texts.push({ file, text, isFix });
  }
  const lazily = readLazyImport(node as Node, file);
  if (lazily !== undefined) {
    into.loads.push(...lazily);
    return;
  }
  const called = ((key ?? id) as { name?: string } | undefined)?.name ?? "";
  const isKeyOnly =
    (type === "Property" && !shorthand && !computed) || (type === "MemberExpression" && !computed);
  for (const [part, child] of Object.entries(node)) {
    if (isKeyOnly && (part === "key" || part === "property")) continue;
    read(child, file, into, isFix || /fix$/i.test(called));
  }
}

/** `const { a, b } = await import("./c.ts")` and `(await import("./c.ts")).a`. */
function readLazyImport(node: Node, file: string): Taken[] | undefined {
  const awaited = (node.type === "VariableDeclarator" ? node.init : node.object) as Node | null | undefined;
  const loading = awaited?.type === "AwaitExpression" ? (awaited.argument as Node) : undefined;
  if (loading?.type !== "ImportExpression") return undefined;
  const loaded = besides(file, (loading.source as { value: string }).value);
  const properties = ((node.id as Node | undefined)?.properties ?? [{ key: node.property }]) as {
    key: Node;
  }[];
  return properties.map(({ key }) => ({ file: loaded, name: key.name as string }));
}

function besides(file: string, specifier: string): string {
  return path.normalize(path.join(path.dirname(file), specifier));
}
