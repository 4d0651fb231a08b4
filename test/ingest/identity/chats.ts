/** Writes chats of WhatsApp and encrypted ones of Messenger, from lines of `sender: words`. */

/** When the first line was sent; each further one a minute and a little more later. */
const start = Date.UTC(2024, 2, 13, 9, 0, 5, 123);

export interface Line {
  sender: string;
  words: string;
  at: number;
}

/** @param seconds From one line to the next. */
export function linesOf(texts: string[], { from = start, seconds = 61 } = {}): Line[] {
  return texts.map((text, index) => {
    const [sender = "", words = ""] = text.split(": ");
    return { sender, words, at: from + index * seconds * 1000 };
  });
}

/** As an iPhone in Germany exports it, its clock some hours before the machine's. */
export function iPhoneChat(lines: Line[], { hours = 0 } = {}): string {
  return lines
    .map(({ sender, words, at }) => `[${stampOf(at, hours, true)}] ${sender}: ${words}`)
    .join("\r\n");
}

export function androidChat(lines: Line[], { hours = 0 } = {}): string {
  return lines
    .map(({ sender, words, at }) => `${stampOf(at, hours, false)} - ${sender}: ${words}`)
    .join("\n");
}

function stampOf(at: number, hours: number, hasSeconds: boolean): string {
  const time = new Date(at + hours * 3_600_000);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${two(time.getDate())}.${two(time.getMonth() + 1)}.${two(time.getFullYear() % 100)}`;
  const clock = [time.getHours(), time.getMinutes(), ...(hasSeconds ? [time.getSeconds()] : [])];
  return `${day}, ${clock.map(two).join(":")}`;
}

export function encryptedChat(participants: string[], threadName: string, lines: Line[]): string {
  const messages = lines.map(({ sender, words, at }) => ({
    isUnsent: false,
    media: [],
    reactions: [],
    senderName: sender,
    text: words,
    timestamp: at,
    type: "text",
  }));
  return JSON.stringify({ participants, threadName, messages }, undefined, 2);
}
