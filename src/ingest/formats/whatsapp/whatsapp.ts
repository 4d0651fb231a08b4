/** WhatsApp's export of one chat: a `.txt`, alone or in a zip, with dates in the format of the phone's language. */
import type { ExportFormat } from "../format.ts";

/** What reads the chats, with its tables of languages, is loaded with the first of them: most imports have none. */
export const whatsapp: ExportFormat = {
  name: "whatsapp",
  async find(entry, options) {
    if (!/\.txt$/i.test(entry.path)) return [];
    const { findChat } = await import("./chat-file.ts");
    return findChat(entry, options);
  },
  async learn(parts) {
    const { learnPhrases } = await import("./phrases.ts");
    return learnPhrases(parts);
  },
  async *read(part, context) {
    const { readChat } = await import("./chat-file.ts");
    return yield* readChat(part, context);
  },
};
