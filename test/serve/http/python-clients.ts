import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../../src/project.ts";
import { findPython } from "../../../src/python.ts";

const requirements = path.join(projectRoot, "test", "python", "http-requirements.txt");

/**
 * An environment with the programs that ask a server, made on first need; undefined, with the reason on stderr, where it
 * cannot be made.
 */
export async function pythonClients(): Promise<string | undefined> {
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  const environment = path.join(projectRoot, ".cache", `http-clients-${hash.slice(0, 12)}`);
  const python = path.join(environment, "bin", "python");
  const mark = path.join(environment, "installed");
  if (existsSync(mark)) return python;
  try {
    await execa(await findPython(), ["-m", "venv", "--clear", environment]);
    await execa(python, ["-m", "pip", "install", "--disable-pip-version-check", "-q", "-r", requirements]);
    await execa(python, ["-c", `open(${JSON.stringify(mark)}, "w")`]);
    return python;
  } catch (error) {
    const [said = ""] = String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split("\n")
      .slice(-1);
    process.stderr.write(`Clients in Python cannot be installed, so their tests are skipped: ${said}\n`);
    return undefined;
  }
}
