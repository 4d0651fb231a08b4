export { canonicalLabel, neutralLabel } from "./labels.ts";
export { createTranscript, type ReplyEvent, type Starts, type Transcript } from "./transcript.ts";
export { usualRendering } from "./usual-rendering.ts";
