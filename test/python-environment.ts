import { ensurePython } from "../src/python.ts";

/** The trainer's tests need its environment: the first run on a machine makes it, and says so while it takes its time. */
export default async function pythonEnvironment(): Promise<void> {
  await ensurePython((line) => process.stderr.write(`${line}\n`));
}
