import { everydayChat } from "./everyday.ts";
import { technicalChat } from "./technical.ts";

export { chatOf } from "./chat.ts";

/** Chats that hold nothing private, and how much of them may be replaced at most. */
export const harmlessChats = [
  { name: "everyday chat", lines: everydayChat, maxWrongIn10000: 1 },
  { name: "technical chat", lines: technicalChat, maxWrongIn10000: 10 },
];
