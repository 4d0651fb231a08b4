import type { CountryCode } from "libphonenumber-js/max";
import {
  findInternetAddresses,
  findLinksAndEmails,
  findPlaces,
  findSpelledEmails,
  findSpelledLinks,
  findStreetAddresses,
  mentionsAt,
  mentionsDefused,
  mentionsDot,
  mentionsMailHost,
  partsOfDot,
} from "./addresses/index.ts";
import type { Finder } from "./findings.ts";
import { foldText } from "./folded-text.ts";
import { findBankAccounts, findNamedAccounts, numberFinder } from "./numbers/index.ts";
import { type OwnRule, ownFinder } from "./own-rules.ts";
import { findNamedPapers, findPapers, findShortPapers, mentionsPaper } from "./papers/index.ts";
import {
  findAnswer,
  findAnswerToPin,
  findAssignedSecrets,
  findCodes,
  findKeys,
  findLockCodes,
  findLoginCodes,
  findLogins,
  findPasswords,
  findSeedPhrases,
  findSendersCodes,
  findSharedPasswords,
  mayHoldKnownKey,
  mayHoldSeedPhrase,
  mentionsAssigned,
  mentionsLock,
  mentionsLogin,
  mentionsName,
  mentionsSecret,
  partFinder,
  partsOfSecrets,
  type Secret,
  secretAskedFor,
} from "./secrets/index.ts";
import { Signal, signalsOf } from "./signals.ts";

/** What one look at a text says. */
interface Look {
  /**
   * The searches that may find something, in the order of their right to a stretch of the text: bank accounts before
   * keys, which they look like, and numbers last, of which no other search knew more.
   */
  finders: Finder[];
  /** What somebody speaks of, so that a bubble soon after may be one. */
  spokenOf: Secret | undefined;
}

/** Looks at a text cheaply, to know which searches it needs: none, for most. */
export function createSearches(
  country: CountryCode | undefined,
  ownRules: OwnRule[],
): (text: string, asked: Secret | undefined) => Look {
  const findNumbers = numberFinder(country);
  const findOwn = ownRules.length > 0 ? [ownFinder(ownRules)] : [];
  const nothing: Look = { finders: findOwn, spokenOf: undefined };

  return (text, asked) => {
    let plain = text;
    let signals = signalsOf(text);
    if ((signals & Signal.disguise) !== 0) {
      plain = foldText(text).text;
      signals = signalsOf(plain);
    }
    const mentions = mayMention(plain) && mentionsAnything.test(plain);
    const mayBeSeed = plain.length >= shortestSeedPhrase && mayHoldSeedPhrase(plain);
    if (!mentions && !mayBeSeed && (signals & worthLooking) === 0) return nothing;

    const isSecretMentioned = mentions && mentionsSecret.test(plain);
    const digits = signals & Signal.digits;
    const finders = [
      ...findOwn,
      ...(mayBeSeed ? [findSeedPhrases] : []),
      ...linkFinders(plain, signals, mentions),
      ...(digits >= minDigitsOfNumber ? [findBankAccounts, findNamedAccounts] : []),
      ...paperFinders(plain, digits),
      ...secretFinders(plain, signals, isSecretMentioned),
      ...(asked !== undefined && digits > 0 ? [asked === "pin" ? findAnswerToPin : findAnswer] : []),
      ...digitFinders(digits),
      ...(digits >= minDigitsOfNumber ? [findNumbers] : []),
    ];
    return { finders, spokenOf: isSecretMentioned ? secretAskedFor(plain) : undefined };
  };
}

const shortestSeedPhrase = 47;
const minDigitsOfPaper = 4;
const minDigitsOfLock = 3;
const minDigitsOfCode = 4;
const minDigitsOfNumber = 6;
const worthLooking = Signal.digits | Signal.at | Signal.dot | Signal.slash | Signal.hyphen;
const mayMention = partFinder(`${partsOfSecrets}|${partsOfDot}`);
const mentionsAnything = new RegExp(`${mentionsSecret.source}|${mentionsDot.source}`, "i");
/** A sign of an address inside a word: no sentence ends there. */
const insideWord = /@|:\/\/|[^\s.]\.[^\s.]/;

function linkFinders(plain: string, signals: number, mentions: boolean): Finder[] {
  const isInsideWord = (signals & (Signal.at | Signal.dot | Signal.slash)) !== 0 && insideWord.test(plain);
  const mayBeName = (signals & (Signal.digits | Signal.hyphen)) !== 0;
  const isDotMentioned = mentions && mentionsDot.test(plain);
  const isMailMentioned =
    (isInsideWord && mentionsAt.test(plain)) || (mayBeName && mentionsMailHost.test(plain));
  const isDefused = isInsideWord && mentionsDefused.test(plain);
  return [
    ...(isDotMentioned || isMailMentioned ? [findSpelledEmails] : []),
    ...(isDotMentioned || isDefused ? [findSpelledLinks] : []),
    ...(isInsideWord ? [findLinksAndEmails] : []),
  ];
}

function paperFinders(plain: string, digits: number): Finder[] {
  if (digits < minDigitsOfPaper) return [];
  const find = digits < minDigitsOfNumber ? findShortPapers : findPapers;
  return mentionsPaper.test(plain) ? [find, findNamedPapers] : [find];
}

/** What a digit or a sign beside certain words may be. The expressions take milliseconds to compile. */
function secretFinders(plain: string, signals: number, isSecretMentioned: boolean): Finder[] {
  const digits = signals & Signal.digits;
  const finders: Finder[] = [];
  if (isSecretMentioned) finders.push(findPasswords);
  if (digits > 0) {
    if (mentionsAssigned.test(plain)) finders.push(findAssignedSecrets);
    if (mentionsName.test(plain)) finders.push(findLogins);
    if (isSecretMentioned) finders.push(findSharedPasswords, findCodes);
  }
  if (digits >= minDigitsOfLock && mentionsLock.test(plain)) finders.push(findLockCodes);
  if (digits >= minDigitsOfCode && mentionsLogin.test(plain)) finders.push(findLoginCodes);
  const mayHaveKey = digits === 0 && (signals & (Signal.hyphen | Signal.dot)) !== 0;
  if (mayHaveKey && mayHoldKnownKey(plain)) finders.push(findKeys);
  return finders;
}

/** By the fewest digits with which each can find something. */
function digitFinders(digits: number): Finder[] {
  const finders: Finder[] = [];
  if (digits >= 1) finders.push(findKeys, findStreetAddresses);
  if (digits >= 2) finders.push(findPlaces);
  if (digits >= 3) finders.push(findSendersCodes, findInternetAddresses);
  return finders;
}
