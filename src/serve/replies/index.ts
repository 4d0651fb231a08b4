export { createMemory, dropOldestThird, type Memory } from "./memory.ts";
