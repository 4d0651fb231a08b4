/** What invented people say, and the lines that Facebook writes in their place. */
import type { Random } from "./random.ts";

const vocabulary = [
  "olá tudo bem então vamos já é não coração amanhã à noite",
  "hello there ok lol see you at nine the train was late",
  "привет как дела хорошо завтра вечером поезд",
  "你好 今天 晚上 见面 好的 谢谢",
  "こんにちは 今日 電車 ありがとう",
  "مرحبا كيف الحال غدا مساء شكرا",
  "שלום מה נשמע מחר בערב",
  "Xin chào buổi tối ngày mai được không",
  "नमस्ते कल शाम धन्यवाद",
  "สวัสดี พรุ่งนี้ เย็น",
  "😂 👩‍👩‍👧‍👦 🇧🇷 👍🏽 ❤️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 “quoted” voilà É Œuvre ½ €",
].map((words) => words.split(" "));

/** Texts that have broken readers; all of them are what a person typed. */
const hardTexts = [
  "voilà",
  "É",
  "à",
  "cafe\u0301 and café",
  "Ã© was typed like this",
  "Ã\u00a0 and Â»",
  "typed \\u00e9 and \\n and \"quotes\" and 'these' and a \\",
  "line one\nline two\n\nline four",
  "tab\there, bell\u0007, delete\u007f, next line\u0085",
  "\ufefffirst unit is a byte order mark",
  "line separator \u2028 and paragraph separator \u2029",
  "\u202eright to left override\u202c and \u200eleft mark",
  "zero\u200bwidth\u200djoiner",
  "\u{10ffff} last code point, \ufffe and \uffff",
  "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u{1f469}\u{1f3fd}\u200d\u{1f680}",
  "Z̸̡̛a̷l̸g̴o",
  "Å is Å is Å",
  "한글 and 한글",
  "https://example.org/path?q=1&r=é",
  "  two spaces in front and behind  ",
  "<|endoftext|>",
  "<b>bold</b> &amp; &#39;",
  '{"messages":[{"sender_name":"Nobody","content":"inside"}]}',
  '"}],"title":"not the end',
  "__proto__",
  "constructor",
  "null",
  "0",
  "Ana:",
  "message_1.json",
  "I called him.",
  "lol Sam left the group.",
  "she changed the theme to something weird",
  "they sent a photo of it",
  "and then Reacted 😆 to your message",
  "Liked a message from you",
  "The call ended badly",
];

export function sayings(random: Random): string {
  if (random.chance(0.2)) return random.pick(hardTexts);
  const words = random.pick(vocabulary);
  return Array.from({ length: 1 + random.below(9) }, () => random.pick(words)).join(" ");
}

/** Every hard text once, for the thread in which nothing may be left to chance. */
export const everyHardText: readonly string[] = hardTexts;

/** Said by a friend: `You` is the owner, so that Facebook would not write these under another's name. */
export const wordsLikeServiceLines = [
  "You left the group",
  "You sent a photo.",
  "You named the group Pirates.",
  "You changed the group photo.",
];

/** Lines of groups and chats as Facebook writes them: `{A}` is who did it, `{X}` another member. */
export const serviceLines = [
  "{A} created the group.",
  "{A} named the group Friday crew.",
  "{A} named the group Café 🎉!",
  "{A} removed the group name.",
  "{A} changed the group photo.",
  "{A} left the group.",
  "{A} joined the group.",
  "{A} added {X} to the group.",
  "{A} removed {X} from the group.",
  "{A} set the nickname for {X} to Captain.",
  "{A} cleared the nickname for {X}.",
  "{A} changed the theme to Ocean.",
  "{A} changed the chat theme.",
  "{A} set the emoji to 🎈.",
  "{A} set the quick reaction to 🎈.",
  "{A} pinned a message.",
  "{A} unpinned a message.",
  "{A} sent an attachment.",
  "{A} sent a photo.",
  "{A} sent a location.",
  "{A} started a plan.",
];

/** Lines of polls: kept as a poll or as a service line, with no words. */
export const pollLines = [
  "{A} created a poll: Pizza or soup?",
  '{A} voted for "Pizza" in the poll: Pizza or soup?',
  '{A} changed their vote to "Soup" in the poll.',
];

/** Whole lines that name nobody who did it. */
export const constantLines = [
  "You are now connected on Messenger.",
  "Messages and calls are secured with end-to-end encryption.",
  "This chat is read-only.",
];

export const reactionLines = ["Liked a message", "Reacted 😆 to your message ", "Reacted ❤️ to your message "];

export const emoji = ["😆", "❤", "👍🏽", "🏳️‍🌈", "\u{1f62e}"];
