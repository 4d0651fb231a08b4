export { dropOldestThird, Memory } from "./memory.ts";
