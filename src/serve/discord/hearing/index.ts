export { Hearing } from "./hearing.ts";
export { modeAmong } from "./modes.ts";
export { readBack } from "./read-back.ts";
