import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/temporary-folder.ts", "test/build.ts"],
    testTimeout: 180_000,
    hookTimeout: 240_000,
    // Two cores, and several suites start torch or an engine: more files at once only fight for them.
    maxWorkers: 2,
  },
});
