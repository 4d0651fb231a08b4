export { findModel, nameOfModel } from "./find-model.ts";
export { instructionSettings, openInstructionModel } from "./open-model.ts";
