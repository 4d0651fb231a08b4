export { type DemoPlan, measureSpeed, planDemo, tokensPerStep } from "./budget.ts";
export { type HeldOutPrompt, heldOutPrompts } from "./held-out-prompts.ts";
export { type SampleBase, sampleBase, samplePackages } from "./sample-base.ts";
export { samplePersona, writeSampleExport } from "./sample-export.ts";
