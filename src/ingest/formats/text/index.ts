export { cleanText } from "./mojibake.ts";
export { endOfString, FewStrings, highBits, startsWith, textOf } from "./strings-in-bytes.ts";
export { TextCleaner } from "./text-cleaner.ts";
