/** Digits that belong together, as people write telephone, card and account numbers: in groups. */
export interface DigitRun {
  start: number;
  end: number;
  /** As written, from the first digit, or the `+` or bracket before it, to the last. */
  written: string;
  digits: string;
  groups: DigitGroup[];
}

interface DigitGroup {
  start: number;
  end: number;
  digits: string;
}

const separators = new Set([
  ...[" ", "  ", "   ", "-", " -", "- ", " - ", ".", "/", " / ", "_", "~", "·", "•", "|"],
  ...[")", ") ", ")-", "(", " (", "-("],
]);
const maxSeparatorLength = 3;

/** Runs of at least `minDigits` digits, first to last, each character looked at a bounded number of times. */
export function* digitRuns(text: string, minDigits: number): Generator<DigitRun> {
  const pattern = /\d+/g;
  let groups: DigitGroup[] = [];
  let digits = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const group = { start: match.index, end: pattern.lastIndex, digits: match[0] };
    const previous = groups.at(-1);
    if (previous !== undefined && !belongsTo(text, previous.end, group.start)) {
      if (digits >= minDigits) yield toRun(text, groups);
      groups = [];
      digits = 0;
    }
    groups.push(group);
    digits += group.digits.length;
  }
  if (digits >= minDigits) yield toRun(text, groups);
}

/** Some groups of a run, as a run. */
export function partOfRun(text: string, run: DigitRun, first: number, end: number): DigitRun {
  return toRun(text, run.groups.slice(first, end));
}

function belongsTo(text: string, from: number, to: number): boolean {
  return to - from <= maxSeparatorLength && separators.has(text.slice(from, to));
}

function toRun(text: string, groups: DigitGroup[]): DigitRun {
  let start = groups[0]?.start ?? 0;
  const end = groups.at(-1)?.end ?? 0;
  if (text[start - 1] === "(") start--;
  if (text[start - 1] === "+") start--;
  const digits = groups.map((group) => group.digits).join("");
  return { start, end, written: text.slice(start, end), digits, groups };
}
