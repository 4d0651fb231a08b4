export { type ResolvedBase, resolveBase } from "./base.ts";
export { estimateParameters } from "./base-size.ts";
export { announceServing } from "./serving-here.ts";
export { findSlots, type Lease, leaseSlots, type Slot } from "./slots.ts";
export { gpusOf, parseTrainerLine, startTrainer } from "./trainer.ts";
export type { TrainerEnd } from "./trainer-process.ts";
