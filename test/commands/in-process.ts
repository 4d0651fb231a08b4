import { Readable } from "node:stream";
import { CommanderError } from "commander";
import { vi } from "vitest";
import { exitCodeOf, reportError } from "../../src/commands/command.ts";
import { createProgram } from "../../src/commands/program.ts";

export interface Output {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Does what `src/cli.ts` does, in the process of the test: hundreds of commands take seconds instead of minutes. */
export async function runInProcess(words: string[], { input = "" } = {}): Promise<Output> {
  const [stdout, stderr] = [hear(process.stdout), hear(process.stderr)];
  const stdin = vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([input]) as never);
  let exitCode = 0;
  try {
    await (await createProgram(words)).parseAsync(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) reportError(error);
    exitCode = exitCodeOf(error);
  } finally {
    stdin.mockRestore();
    for (const { stop } of [stdout, stderr]) stop();
  }
  return { exitCode, stdout: stdout.heard(), stderr: stderr.heard() };
}

function hear(stream: NodeJS.WriteStream) {
  const parts: string[] = [];
  const spy = vi.spyOn(stream, "write").mockImplementation((part) => {
    parts.push(String(part));
    return true;
  });
  return { heard: () => parts.join(""), stop: () => spy.mockRestore() };
}
