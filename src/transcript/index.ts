export { openChatTemplate, type WriteMessages } from "./chat-template.ts";
export { canonicalLabel, neutralLabel, numberedNeutralLabel } from "./labels.ts";
export { type PlaceholderWord, placeholder, shown, shownAs } from "./placeholders.ts";
export { createTranscript, type ReplyEvent, type Starts, type Transcript, withReply } from "./transcript.ts";
export { usualRendering } from "./usual-rendering.ts";
