import { createRequire } from "node:module";

/** Every ending that a host may have, as the registry of names lists them. */
const endings = new Set(createRequire(import.meta.url)("tlds") as string[]);
/** The library knows two letters of countries and few of what else people have sites under. */
export const newerEndings = "dev app xyz cloud online site page link".split(" ");

/** Endings of names of files, which stand before slashes too. */
const files = new Set("cc h java js md mov pl ps py rs sh so swift ts zip".split(" "));

/** Whether a host before a path may end so: no file does, and no sentence. */
export function isEnding(ending: string): boolean {
  const lower = ending.toLowerCase();
  return endings.has(lower) && !files.has(lower);
}

/** Country domains that are words of a sentence, or endings of file names. */
const wordsAndFiles = new Set(
  `ac al am an ar as at be by cc ci cu do el em en er es et ga ge gi he hm il im in is it je ki ky la li ma md me mo ms mu
   my na ne ni no nr nu of om pa pl pm pn ps py re rs sa sc se sh si so st su ta te ti to tt tv us va vi ye`.split(
    /\s+/,
  ),
);

/** What a sentence may end with before one that begins with "online" or "link". */
const lastWords = new Set(
  `a agora again ahah amanhã an aqui bem bye claro cool depois done great haha hahaha here hey hi hoje home in isso it já
   kk kkk later lol me meu my nao não nice no nope now o obrigada obrigado oi ok okay on online please pls sim so sorry sure
   tá thanks that the there this thx to today tomorrow too um well work yeah yep yes you é`.split(/\s+/),
);
const endingsThatAreWords = new Set(newerEndings);

/** "there.it was" lacks a space, "notes.md" is a file; `www.` or a path would make them links. */
export function isTwoSentences(raw: string, shown: string, index: number): boolean {
  const [host = "", ending, ...more] = raw.split(".");
  if (ending === undefined || more.length > 0 || /[/:?#]/.test(raw)) return false;
  if (/^\d+$/.test(host)) return true;
  if (/^\p{Lu}\p{Ll}/u.test(ending)) return true;
  if (shown[index - 1] === "@") return true;
  if (endingsThatAreWords.has(ending.toLowerCase())) return lastWords.has(host.toLowerCase());
  return wordsAndFiles.has(ending.toLowerCase()) && /^\p{L}+$/u.test(host);
}
