import type { FoundPart } from "../formats/index.ts";
import type { StoredThread } from "../store/index.ts";
import type { KnownMarks } from "./agreement.ts";

/** What one file, or the store, has of a chat. */
export interface Chat {
  parts: FoundPart[];
  stored: StoredThread | undefined;
  /** The network's own id of it, which holds in every export. */
  lastingId: string | undefined;
  title: string;
  people: string[];
  /** The owner's name among them, where it is known. */
  owner: string | undefined;
  /** How new it is: Unix time in ms. */
  newestAt: number;
  /** Undefined where it has no messages, or none from the time of the others. */
  marks: KnownMarks | undefined;
}

/** What a browser, a phone or a person appends to the name of a file that is there already. */
const copyMark =
  /(?: ?\(\d{1,3}\)|[ -]\d{1,2}|[ _-]+(?:copy|copie|kopie|copia|cópia|kopia|kopi|コピー|副本)(?: ?\(?\d+\)?)?)$/iu;

export function withoutCopyMark(title: string): string {
  return title.replace(copyMark, "");
}

/** What their names say of two chats; nothing, where one of them has none. */
export type NameHint = "alike" | "unlike" | "none";

/** Where chats have no titles, whoever takes part is what names them. */
export function compareNames(one: Chat, other: Chat): NameHint {
  if (one.title !== "" && other.title !== "")
    return haveOneTitle(one.title, other.title) ? "alike" : "unlike";
  if (isNameless(one) || isNameless(other)) return "none";
  return haveSamePeople(one, other) ? "alike" : "unlike";
}

export function isNameless({ title, people }: Chat): boolean {
  return title === "" && people.length < 2;
}

/** Networks call one owner by several names. */
function haveSamePeople(one: Chat, other: Chat): boolean {
  const left = one.people.filter((name) => !other.people.includes(name));
  const right = other.people.filter((name) => !one.people.includes(name));
  if (left.length === 0 && right.length === 0) return true;
  const areOwners = left[0] === one.owner || right[0] === other.owner;
  return left.length === 1 && right.length === 1 && areOwners;
}

/** Whether the titles are one, but for the marks of copies. */
function haveOneTitle(one: string, other: string): boolean {
  const [plain, otherPlain] = [withoutCopyMark(one), withoutCopyMark(other)];
  return [one, plain].includes(other) || otherPlain === one || (plain !== one && plain === otherPlain);
}
