export { appendRuns, hashOfText, minWords } from "./fingerprint.ts";
export { HashCounts } from "./hash-counts.ts";
export { HeldOutTexts } from "./held-out-texts.ts";
export { NumberList } from "./number-list.ts";
export { WordHashes } from "./word-hashes.ts";
