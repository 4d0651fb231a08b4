import { at, persona } from "../facts/conversations.ts";
import type { Threads } from "./small-report.ts";

/** What strangers may be called and may write: each line has broken some page once. */
export const hostileTexts = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "</svg></title></style><script>alert(2)</script>",
  "<!-- ]]> &lt; &amp;",
  "\u202Eevil\u202C \u2066mark\u2069 \u200F",
  "Z\u0351\u036b\u0343\u036a\u0302\u0351\u0316\u033a\u0326\u035a".repeat(30),
  "<|endoftext|> typed",
  "a".repeat(3_000),
  "line\n\n\nline\u0000\u0007",
];

/** A thread for each text: it is a name, a title and a message at once. */
export function hostileThreads(): Threads {
  return hostileTexts.map((text, index) => ({
    thread: { id: `thread_${index}`, title: text, isGroup: index % 2 === 0, section: "inbox" },
    conversations: [
      [
        at(index * 90_000, text, text),
        at(index * 90_000 + 9, persona, `${text} 😂 yes`),
        at(index * 90_000 + 20, text, "ok"),
      ],
    ],
  }));
}
