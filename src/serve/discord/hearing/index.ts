export { Hearing } from "./hearing.ts";
export { readBack } from "./read-back.ts";
