import { printableLines } from "./printable.ts";

/**
 * A word of a command that is shown to be pasted: names and folders hold spaces, quotes and what a shell would run.
 *
 * What cannot be shown is written as bash and zsh read it.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (printableLines(text) !== text || text.includes("\n")) return `$'${Array.from(text, escaped).join("")}'`;
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
}

function escaped(character: string): string {
  if (/[\\']/.test(character)) return `\\${character}`;
  if (printableLines(character) === character && character !== "\n") return character;
  return `\\U${(character.codePointAt(0) as number).toString(16).padStart(8, "0")}`;
}
