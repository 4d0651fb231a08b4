export { secureStorage } from "./secure-storage.ts";
