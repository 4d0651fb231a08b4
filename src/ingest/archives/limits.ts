import { importChoices } from "../../choices/index.ts";

/** What is refused before it costs memory or disk. No real export comes near: a part of 10,000 messages has 2 to 10 MB. */
export interface ArchiveLimits {
  /** Bytes of a file that is parsed whole; larger ones are streamed. */
  wholeFileBytes: number;
  /** Bytes of one unpacked file; an encrypted chat is one file, whatever its length. */
  entryBytes: number;
  /** Unpacked to packed bytes. Message files pack 5 to 30 times smaller. */
  ratio: number;
  /** Unpacked bytes of all files that are read. */
  totalBytes: number;
}

export const defaultArchiveLimits: ArchiveLimits = {
  // Parsed, its messages take some 80 MB.
  wholeFileBytes: 8_000_000,
  entryBytes: 50_000_000_000,
  ratio: importChoices.maxRatio.default,
  totalBytes: importChoices.maxUnpackedGb.default * 1e9,
};
