export { type Archive, checkTotal, openArchives } from "./archive.ts";
export { type ExportEntry, peekEntry, readEntry, streamEntry, tailOfFile } from "./entry.ts";
export { type ArchiveLimits, defaultArchiveLimits } from "./limits.ts";
