export { type ComparedRun, configLineOf, variedChoices } from "./compared-run.ts";
export { type Comparison, compareEvaluations } from "./comparison.ts";
export { comparisonPage } from "./page.ts";
export { type Ranked, rankRuns, whyUnranked } from "./ranking.ts";
