import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The trainer's tests take longest, in a small file, and small files would come last: one core would wait for the other. */
class TrainerFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isTrainer = ({ moduleId }: TestSpecification) => moduleId.endsWith("python.test.ts");
    return [...sorted.filter(isTrainer), ...sorted.filter((file) => !isTrainer(file))];
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/temporary-folder.ts", "test/python-environment.ts", "test/build.ts"],
    testTimeout: 180_000,
    hookTimeout: 240_000,
    sequence: { sequencer: TrainerFirst },
    // Two cores, and several suites start torch or an engine: more files at once only fight for them.
    maxWorkers: 2,
  },
});
