export { People } from "./people.ts";
export { StateFile } from "./state-file.ts";
