export { registerBenchBases } from "./bases/index.ts";
export { registerBenchCutting } from "./cutting.ts";
export { registerBenchGpu } from "./gpu.ts";
export { registerBenchImport } from "./import.ts";
export { registerBenchPrepare } from "./prepare.ts";
export { registerBenchQueue } from "./queue-command.ts";
export { registerBenchRedaction } from "./redaction/index.ts";
export { registerBenchTrain } from "./train.ts";
