import { defineConfig } from "rolldown";

/** Loading one by one the 160 small files that an import needs took half of its start. */
export default defineConfig({
  platform: "node",
  input: {
    cli: "src/cli.ts",
    index: "src/index.ts",
    // What starts by its file's name: worker threads, and what they load.
    "ingest/threads/job-worker": "src/ingest/threads/job-worker.ts",
    "ingest/store/read-store": "src/ingest/store/read-store.ts",
    "prepare/render/render-worker": "src/prepare/render/render-worker.ts",
  },
  // Of the packages, only those come along that nearly every command needs and that are many files.
  external: (id) => !/^[./]/.test(id) && !/^(?:zod|commander|fastest-levenshtein)(?:\/|$)/.test(id),
  // A folder's door only passes names on: who enters by it need not load what others use. This halves what worker threads load.
  treeshake: { moduleSideEffects: [{ test: /\/src\/.*\/index\.ts$/, sideEffects: false }] },
  output: {
    dir: "dist",
    cleanDir: true,
    // Names without a hash: a program that runs while it is built anew still finds what it loads later.
    entryFileNames: "[name].js",
    chunkFileNames: "shared/[name].js",
  },
});
