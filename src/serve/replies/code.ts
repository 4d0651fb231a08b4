/** What opens a block of code, and closes it. */
export const fence = "```";

/** Whether a text ends within a block of code. */
export function endsInCode(text: string): boolean {
  return text.split(fence).length % 2 === 0;
}
