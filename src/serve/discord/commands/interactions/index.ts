export { tellAdmins } from "./admins.ts";
export { serveCommands } from "./answering.ts";
export type { Backstage, HiddenAnswers, Relation, TrainingRun } from "./backstage.ts";
export { messageCommand, ownersCommand, slashCommand, slashCommandAnywhere } from "./builders.ts";
export type {
  AnswerContent,
  BotCommand,
  CommandAnswer,
  CommandTable,
  Doors,
  PressInteraction,
} from "./command.ts";
export { announce } from "./delivery.ts";
export { chosenOf, signOf } from "./offers.ts";
export { OpenBallots } from "./open-ballots.ts";
export { registerCommands } from "./registration.ts";
