import { execa } from "execa";
import { builtProgram } from "../../src/project.ts";
import { shellWord } from "../../src/shell-word.ts";

const program = [process.execPath, builtProgram("cli.js")].map(shellWord).join(" ");

/** Runs a line as it is pasted into a shell, where `persona` is what was built from these sources. */
export function inShell(command: string, options: { cwd?: string; input?: string; reject?: boolean } = {}) {
  return execa("bash", ["-c", `persona() { ${program} "$@"; }\n${command}`], options);
}

/** What `persona` is given where a line is pasted into a shell. */
export async function argumentsInShell(command: string): Promise<string[]> {
  const { stdout } = await execa("bash", ["-c", `persona() { printf '%s\\0' "$@"; }\n${command}`]);
  return stdout.split("\0").slice(0, -1);
}
