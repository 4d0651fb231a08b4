/** What is refused before it costs memory or disk. No real export comes near: a part of 10,000 messages has 2 to 10 MB. */
export interface ArchiveLimits {
  /** Bytes of one unpacked file that is parsed whole; larger ones are streamed, or refused where they cannot be. */
  wholeFileBytes: number;
  /** Unpacked to packed bytes, for files over 1 MB. Message files pack 5 to 30 times smaller. */
  ratio: number;
  /** Unpacked bytes of all files that are read. */
  totalBytes: number;
}

export const defaultArchiveLimits: ArchiveLimits = {
  wholeFileBytes: 64_000_000,
  ratio: 200,
  totalBytes: 100_000_000_000,
};
