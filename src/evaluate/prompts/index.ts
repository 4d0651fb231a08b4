export { answerPrompts, type Contestant } from "./answers.ts";
export { builtInPrompts, readPrompts } from "./prompts.ts";
