export { type ComparedRun, configLineOf, unevaluated, variedChoices } from "./compared-run.ts";
export { type Comparison, compareEvaluations, whyIncomparable } from "./comparison.ts";
export { comparisonPage } from "./page.ts";
export { type Ranked, rankRuns, whyUnranked } from "./ranking.ts";
