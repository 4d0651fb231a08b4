import type { Turn } from "../../handoffs/index.ts";
import { canonicalLabel } from "../../transcript/index.ts";

export interface RoleMessage {
  role: "user" | "assistant";
  content: string;
}

/** What a model is asked where nobody has spoken since it did. */
const goOn = "Go on.";

/**
 * A conversation in two roles that take turns, the first and the last word not the model's, as templates want it. Where
 * several people speak, each one's words begin with their name, and no further line of them can look like another's.
 */
export function messagesOf(turns: Turn[]): RoleMessage[] {
  const people = new Set(turns.filter(({ isPersona }) => !isPersona).map(({ speaker }) => speaker));
  const messages: RoleMessage[] = [];
  for (const { isPersona, speaker, bubbles } of turns) {
    const content = bubbles
      .map((bubble) => wordsOf(bubble, people.size > 1 && !isPersona ? speaker : undefined))
      .join("\n");
    const role = isPersona ? "assistant" : "user";
    const last = messages.at(-1);
    if (last?.role === role) last.content += `\n${content}`;
    else if (last !== undefined || role === "user") messages.push({ role, content });
  }
  if (messages.at(-1)?.role !== "user") messages.push({ role: "user", content: goOn });
  return messages;
}

function wordsOf(bubble: string, name: string | undefined): string {
  const words = bubble.toWellFormed().trim();
  return name === undefined ? words : `${canonicalLabel(name)}: ${words.replaceAll("\n", "\n  ")}`;
}
