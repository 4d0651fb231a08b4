export { type PreparedShards, type PrepareOptions, prepareShards, readManifest } from "./shards.ts";
