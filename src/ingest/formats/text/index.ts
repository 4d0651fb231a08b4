export { cleanText } from "./mojibake.ts";
export { TextCleaner } from "./text-cleaner.ts";
