export { type Assembled, assembleShards } from "./assemble.ts";
export { manifestOf } from "./manifest-of.ts";
export { publish, removeAbandoned, withFolderAside } from "./publish.ts";
export { openShardWriters, type ShardWriter, type ShardWriters, type TokenSlice } from "./shard-writer.ts";
export { findDatasetsOf, manifestsInShards, removeSegments } from "./stale.ts";
