import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Root of the project: the folder of `package.json`, from the sources as well as from any file of the build. */
export const projectRoot = findRoot(import.meta.dirname);

/** Of this project, as `package.json` has it. */
export const { version } = JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8")) as {
  version: string;
};

/** False where TypeScript runs from its source, as in tests: worker threads cannot start from there. */
export const isBuilt = import.meta.filename.endsWith(".js");

/** A program of the build that starts by its file's name, such as `prepare/render/render-worker.js`. */
export function builtProgram(name: string): string {
  return path.join(projectRoot, "dist", name);
}

function findRoot(folder: string): string {
  return existsSync(path.join(folder, "package.json")) ? folder : findRoot(path.dirname(folder));
}
