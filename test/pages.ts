import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "../src/project.ts";

/** A page for people. */
export interface Page {
  /** Relative to the project, such as `docs/import.md`. */
  file: string;
  text: string;
}

/** README.md, everything under docs/, and the README of data/. */
export async function readPages(): Promise<Page[]> {
  const inDocs = await readdir(path.join(projectRoot, "docs"), { recursive: true });
  const docs = inDocs.filter((name) => name.endsWith(".md")).map((name) => path.join("docs", name));
  const files = ["README.md", "data/README.md", ...docs.toSorted()];
  return Promise.all(files.map(async (file) => ({ file, text: await readText(file) })));
}

export function readText(file: string): Promise<string> {
  return readFile(path.join(projectRoot, file), "utf8");
}

/** What a page shows as code: the lines of its blocks, and its spans. */
export function codeIn({ text }: Page): string[] {
  const blocks = [...text.matchAll(/^```.*\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
  const spans = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`]+)`/g)];
  const lines = blocks.flatMap((block) => block.replaceAll("\\\n", " ").split("\n"));
  return [...lines, ...spans.map(([, span = ""]) => span.replaceAll(/\s+/g, " "))];
}

/** The words after each `persona` in code, up to what a shell would take away. */
export function commandsIn(page: Page): string[][] {
  return codeIn(page).flatMap((line) => {
    const match = /^(?:\$ )?(?:npx )?persona ([a-z].*)$/.exec(line.trim());
    if (match === null) return [];
    const [, typed = ""] = match;
    return [
      typed
        .replaceAll(/"[^"]*"/g, "QUOTED")
        .replace(/\s*(?:[#|…]|&&).*$/, "")
        .split(/\s+/),
    ];
  });
}

/** Where links and pictures of a page lead inside the project: a file, and the heading in it where one is named. */
export function linksIn({ file, text }: Page): { file: string; anchor: string | undefined }[] {
  const targets = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)|<img src="([^"]+)"/g)];
  return targets.map(([, link, picture]) => {
    const [target = "", anchor] = (link ?? picture ?? "").split("#");
    return { file: target === "" ? file : path.join(path.dirname(file), target), anchor };
  });
}

/** The anchors that GitHub gives to a page's headings. */
export function anchorsOf(text: string): string[] {
  return sectionsOf(text).map(({ heading }) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** A page's headings, each with all that stands below it up to the next. */
export function sectionsOf(text: string): { heading: string; body: string }[] {
  const [, ...parts] = text.replaceAll(/^```[\s\S]*?^```/gm, "").split(/^#{1,6} /m);
  return parts.map((part) => {
    const [heading = "", ...body] = part.split("\n");
    return { heading, body: body.join("\n") };
  });
}

/** Files and folders of the sources that a page names. */
export function pathsIn({ text }: Page): string[] {
  const paths = text.match(/(?<![\w./-])(?:src|scripts|test|docs)\/[\w./-]*/g) ?? [];
  return paths.map((name) => name.replace(/[.,]+$/, ""));
}
