/** Whether a text that no table knows is the network's all the same. */
import { isTelling, type OwnSentences } from "./own-sentences.ts";
import { asSentence } from "./sentence.ts";
import { mayBeServiceText } from "./service-text.ts";

interface Circumstances {
  sender: string;
  isOwner: boolean;
  /** Whether there is an attachment that the network describes in words. */
  isBeside: boolean;
  /** What the network's sentences are like in this import, where their language is not known. */
  own: OwnSentences | undefined;
}

/** `certain` where nobody else can have written it; undefined for words. */
export function doubtOf(
  text: string,
  { sender, isOwner, isBeside, own }: Circumstances,
): "certain" | "uncertain" | undefined {
  const speaksOfItself = mayBeServiceText(text, sender);
  const sentence = own && asSentence(text, sender);
  if (own === undefined || sentence === undefined) return speaksOfItself ? "uncertain" : undefined;
  const { template, named, isClosed, opening, ending } = sentence;
  if (own.certain.has(template) || (named === "first" && isClosed && isBeside)) return "certain";
  const isDoubtful =
    speaksOfItself ||
    isTelling(sentence, { isBeside }) ||
    (named === "later" && isClosed) ||
    /\s$/.test(text) ||
    own.repeated.has(template) ||
    own.endings.has(ending) ||
    (isOwner && own.openings.has(opening));
  return isDoubtful ? "uncertain" : undefined;
}
