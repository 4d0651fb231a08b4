import { everyday } from "./everyday.ts";
import { heldOutEveryday } from "./held-out-everyday.ts";
import { heldOutPapers } from "./held-out-papers.ts";
import { papersAndCodes } from "./papers.ts";

/** Ways of writing private values, by kind, and what share of them is to be found at least. */
interface SpellingSet {
  name: string;
  spellings: Record<string, string[]>;
  minRecall: number;
}

export const spellingSets: SpellingSet[] = [
  { name: "everyday spellings it was written for", spellings: everyday, minRecall: 0.99 },
  { name: "other everyday spellings", spellings: heldOutEveryday, minRecall: 0.8 },
  { name: "papers and codes it was written for", spellings: papersAndCodes, minRecall: 0.9 },
  { name: "other papers and codes", spellings: heldOutPapers, minRecall: 0.6 },
];
