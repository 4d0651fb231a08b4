export { findModel, nameOfModel } from "./find-model.ts";
export { instructionSettings, openInstructionModel, restingModel } from "./open-model.ts";
