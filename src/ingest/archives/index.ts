export { type Archive, checkTotal, openArchive } from "./archive.ts";
export { type ExportEntry, peekEntry, readEntry, streamEntry, tailOfFile } from "./entry.ts";
export { type ArchiveLimits, defaultArchiveLimits } from "./limits.ts";
