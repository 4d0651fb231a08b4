export { followChoice } from "./follow-choice.ts";
export { SwitchingPersona } from "./switching-persona.ts";
