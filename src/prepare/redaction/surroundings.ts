/** As long as any word that tells what follows it. */
const maxLengthBefore = 32;

/** What stands right before a place. Of a text with thousands of findings, all that is before each would be the text's square. */
export function textBefore(text: string, place: number): string {
  return text.slice(Math.max(0, place - maxLengthBefore), place);
}

/** Looks through a whole text once, however many of its findings ask. */
export function askedOnce(pattern: RegExp): (text: string) => boolean {
  let last = "";
  let answer = pattern.test(last);
  return (text) => {
    if (text !== last) {
      answer = pattern.test(text);
      last = text;
    }
    return answer;
  };
}
