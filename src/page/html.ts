/** Text that is HTML already. Everything else is escaped where it meets a template. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = string | number | Markup | Content[] | undefined;

/** Builds HTML from a template: what is put in is escaped, unless a template made it. */
export function html(strings: TemplateStringsArray, ...contents: Content[]): Markup {
  const parts = strings.map((text, index) => text + write(contents[index]));
  return new Markup(parts.join(""));
}

function write(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(write).join("");
  return escapeMarkup(showInvisible(String(content)));
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

/**
 * Characters that are not seen but rearrange or hide what is: controls, marks of direction, zero-width spaces. Line breaks,
 * tabs and joiners of emoji stay.
 */
const invisible = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** Replaces invisible characters by their code points, such as `U+202E`. */
export function showInvisible(text: string): string {
  return text.toWellFormed().replace(invisible, (character) => {
    if (character === "\n" || character === "\t") return character;
    return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
}
