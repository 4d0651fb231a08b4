import { hidden } from "../folded-text.ts";

const character = `[^\\s${hidden}]`;
/** Whatever stands there, up to a space or in quotes. */
export const anyValue = `(?:"(?<quoted>[^"\\n${hidden}]{2,80})"|(?<value>(?=${character}{0,15}[\\p{L}\\p{N}])${character}{2,4096}))`;
/** Four characters with a digit or a sign among them, or capitals in the middle: no word of a sentence. */
export const secretLike =
  "(?=\\S{4})(?=\\S{0,63}\\d|\\S{0,63}\\p{L}[@#$%^&*_+=]|\\S{0,63}[@#$%^&*_+=!?]\\p{L}|\\S{0,63}\\p{Ll}\\p{Lu})";
const signs = "[a-zA-Z0-9\\p{sc=Latin}!@$%^&*_.+#?-]";
/** Letters and digits, six at least, and no size, time, rank, version or course: "sunflower99". */
export const surelySecret = `(?<value>(?![$€£#@!/<(\\[{\`-])(?!\\d+(?:st|nd|rd|th|am|pm|h|hs|hrs?|min\\p{L}*|gb|mb|kb|tb|ghz|mhz|mbps|kbps|px|fps|ms|km|kg|mm|cm|x\\d*|k|p|g)\\b)(?=${signs}{0,63}\\d)(?=${signs}{0,63}[a-zA-Z])${signs}{6,64}(?![\\p{sc=Latin}\\d(]))`;

const placeholders =
  /^(?:\*+|x{3,}|\/\w+\/.*|\?+|\.{2,}|<.*|\$\{?.*|%.*|\{.*|\[.*|your\b.*|\(?(?:yes|no|none|null|true|false|nil|undefined|password|passwd|pass|secret|token|key|pwd|changeme|todo|string|str|value|ok|process\.env.*|os\.environ.*)\)?)[,.;:!?)"'`]*$/i;

/** "CS236", "12.04", "linux-image-3.13.0-57-generic": courses, versions and files have letters and digits, too. */
const names =
  /^(?:[A-Z]{2,5}\d{2,4}[A-Z]?|v?\d+(?:\.\d+)+.*|(?:wlan|eth|ath|usb|tty|sd[a-z]|hd[a-z]|guest)\d+.*|(?:ath|b|bcm|iwl|ipw|rt|rtl|ar)\d{2,5}\w{0,2}|ctrl[-+].*|(?:[^-._/]*[-._/]){3}.*)$/;

/** What stands in the place of a secret in examples, and what is the name of something. */
export function isNoSecret(value: string): boolean {
  return placeholders.test(value) || names.test(value);
}

export function isPlaceholder(value: string): boolean {
  return placeholders.test(value) || remarks.test(value);
}

/** What follows a colon where a question or a complaint does: "passwd: authentication failure". */
const remarks =
  /^(?:how|what|why|when|where|who|which|can|does|did|is|it|authentication|failed|failure|incorrect|denied|invalid|wrong|unknown|permission|try again|reading|see|click|type|enter)(?:\s.*)?[,.;:!?]*$/iu;
