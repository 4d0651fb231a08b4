/**
 * The beginning of a message in WhatsApp's exports: `[31/12/2023, 14:05:33] ` on iPhones, `12/31/23, 2:05 PM - ` on Android,
 * `31/12/13 14:05:33: ` on iPhones of before 2014.
 */
import { readStamp, type Stamp } from "./stamps/index.ts";

export interface Header extends Stamp {
  /** What all messages of one file begin with: brackets or a dash, the order and the parts of date and time. */
  style: string;
  /** WhatsApp marks lines that stand for something that is no text. */
  isMarked: boolean;
  /** What follows: `Ana: hi`. */
  rest: string;
}

/** Longer than any date with its marks. */
const maxStampLength = 60;

const lineStart =
  /^([\p{Bidi_Control}\ufeff]{0,4})(\[?)(?=\p{Bidi_Control}*(?:\p{Nd}|\p{L}{1,12}\.? ?\p{Nd}))/u;
const dash = / [-–—] /u;
const oldEnd = /\p{Nd}[:.]\p{Nd}{2}(?:[:.]\p{Nd}{2})?(?: ?[\p{L}\p{M}.]{1,16})?: /u;

export function readHeader(line: string): Header | undefined {
  const [head, marks = "", bracket = ""] = lineStart.exec(line) ?? [];
  if (head === undefined) return undefined;
  const isMarked = /[\u200e\u200f]/.test(marks);
  const start = line.slice(head.length, head.length + maxStampLength);
  const rest = line.slice(head.length);
  if (bracket !== "") {
    const end = start.indexOf("]");
    if (end === -1) return undefined;
    return headerOf("[", start.slice(0, end), rest.slice(end + 1).replace(/^ /, ""), isMarked);
  }
  const found = dash.exec(start);
  const modern = found && headerOf("-", start.slice(0, found.index), rest.slice(found.index + 3), isMarked);
  if (modern) return modern;
  const old = oldEnd.exec(start);
  if (old === null) return undefined;
  const end = old.index + old[0].length;
  return headerOf(":", start.slice(0, end - 2), rest.slice(end), isMarked);
}

function headerOf(kind: string, written: string, rest: string, isMarked: boolean): Header | undefined {
  const stamp = readStamp(written);
  if (stamp === undefined) return undefined;
  // Spelled out: to copy it with a spread costs more than all else of reading a line.
  const { numbers, order, era, isSpaced, hour, clockHour, minute, second, word, shape } = stamp;
  const style = kind + shape;
  return {
    numbers,
    order,
    era,
    isSpaced,
    hour,
    clockHour,
    minute,
    second,
    word,
    shape,
    style,
    isMarked,
    rest,
  };
}
