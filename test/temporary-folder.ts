import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** What the tests write lies in one folder, and goes with them: a whole run leaves gigabytes otherwise. */
export default async function temporaryFolder(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), "persona-test-"));
  // Some tests become another user, who must come through to what is theirs.
  await chmod(folder, 0o755);
  process.env.TMPDIR = folder;
  return () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
