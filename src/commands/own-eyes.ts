import { UsageError } from "../errors.ts";

/** What is private is shown to who sits here, and goes into no file or pipe. */
export function checkIsTerminal(flag: string, shown: string): void {
  if (process.stderr.isTTY) return;
  throw new UsageError(`${flag} lists ${shown}, so it only writes to a terminal.`, {
    fix: "Run it without redirecting its output.",
  });
}
