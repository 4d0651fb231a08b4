import { textBefore } from "../../surroundings.ts";
import { anyOf, end, start, whenNeeded } from "../../word-lists.ts";
import { endsAsPlace, isWrittenAsName, letter, standsAsPlace, startsAsPlace } from "./parts.ts";
import type { Match, StreetPattern } from "./pattern.ts";

/** Words for nothing but streets. */
const streetWords = [
  "street|avenue|ave\\.?|boulevard|blvd\\.?|lane|road|rd\\.?|crescent|cres\\.?|terrace|gardens|gdns|mews",
  "parkway|pkwy|turnpike|esplanade|highway|hwy|cul-de-sac|broadway|crt\\.?",
];
/** Words of everyday sentences too, so that their surroundings decide. */
const otherWords = [
  "st\\.?|dr\\.?|drive|ln\\.?|court|ct\\.?|close|cl\\.?|way|place|pl\\.?|square|sq\\.?|row|walk|hill|rise",
  "grove|park|green|view|fields?|path|point|circle|cir|loop|trail|trl|ridge|parade|quay|wharf|yard",
  "villas|cottages|heights|meadows?|bank|vale|dale|mount|passage|alley|croft|gate|side|drift|chase",
  "landing|crossing|bend|plaza|glen|hollow|run|cove|estate",
];
/**
 * What else streets are called, by the United States Postal Service (Publication 28, appendix C1) and in Britain: with
 * capitals, after a number of two digits.
 */
const rareWords = [
  "annex|arcade|bayou|beach|bluffs?|bottom|branch|brae|bridge|brooks?|brow|burgs?|bypass|camp|canyon|cape|causeway",
  "cent(?:er|re)s?|circles|cliffs?|club|commons?|corners?|course|courts|coves|creek|crest|crossroads?|curve|dam",
  "divide|drives|estates|expressway|extensions?|falls?|ferry|flats?|fords?|forest|forges?|forks?|fort|freeway|garden",
  "gateway|glens|grange|greens|groves|harbou?rs?|haven|hills|inlet|islands?|isle|junctions?|keys?|knolls?|lakes?",
  "lights?|loaf|locks?|lodge|mall|manors?|mills?|mission|motorway|mountains?|neck|orchard|oval|overpass|parks",
  "parkways|pass|pike|pines?|plains?|plazas|points|ports?|prairie|radial|ramp|ranch|rapids?|rest|ridges|river|roads",
  "route|rue|shoals?|shores?|skyway|springs?|spurs?|squares|station|stravenue|stream|streets|summit|throughway|trace",
  "track|trafficway|tunnel|underpass|unions?|valleys?|via|viaduct|views|villages?|ville|vista|walks|wall|ways|wells?",
  "woodlands?|wynd",
];
const sides = "[nsew]\\.?|north|south|east|west|n\\.?[ew]\\.?|s\\.?[ew]\\.?";
const unit =
  "(?:(?:flat|unit|apt\\.?|apartment|suite|ste\\.?|room|studio|number|no\\.?|lot|shop|house)\\s?#?\\d{0,3}[a-z]?,?\\s{1,2}|#?\\d{1,3}[a-z]?\\s?/\\s?)?";
const houseNumber = "\\d{1,5}[a-z]?";
const unitAfter = "(?:,?\\s{0,2}(?:apt|unit|suite|ste|flat|#)\\.?\\s?#?\\d{1,5}[a-z]?)?";
const nameWord = `(?:[${letter}.'’-]{1,20}|\\d{1,3}(?:st|nd|rd|th))`;
const numberFirst = (words: string) =>
  new RegExp(
    `(?<![\\p{L}\\p{N}$£€#:.,/-])${unit}${houseNumber},?\\s{1,2}(?:(?:${sides})\\s)?(?<name>(?:st\\.?\\s)?${nameWord}(?:\\s${nameWord}){0,2}?)\\s(?<type>${words})(?![\\p{L}\\p{N}'’-])${unitAfter}`,
    "giu",
  );

/** "5 minute drive", "500 GB drive", "2 way street": what makes no name of a street. */
const noNames = [
  "min(?:ute)?s?|hours?|hrs?|days?|weeks?|months?|years?|yrs?|miles?|mi|k|km|kms|kilometers?",
  "kilometres?|m|meters?|metres?|feet|foot|ft|inch(?:es)?|yards?|acres?|blocks?|gb|tb|mb|gigs?|sata|ide|scsi|ssd|hdd|ext|external|rpm|disk|raid|mini|mph|kmh",
  "percent|%|bucks|dollars?|quid|pounds?|grand",
  "people|persons?|guys|girls|boys|kids|man|men|women|friends?|players?|cars?|bus(?:es)?|bikes?|doors?",
  "bed(?:room)?s?|story|storey|level|floors?|seats?|stars?|wheels?|points?|steps?|sided?|times?",
  "degrees?|pages?|episodes?|games?|songs?|way|ways|lanes?|rooms?",
  "the|an?|in|on|at|to|for|of|and|or|is|are|was|were|be|it|its|it's|that|this|these|those|then|than",
  "with|from|by|as|if|so|but|not|no|all|any|some|more|most|other|another|different|separate|same|such",
  "only|just|very|too|also|even|still",
  "i|you|he|she|we|they|me|him|her|us|them|my|your|his|our|their|who|what|which|where|when|why|how",
  "am|pm|ish|or so|long|short|full|whole|real|good|nice|bad|great|best|cool|big|small|huge|little|dead",
  "dirt|gravel|front|back|left|right|straight|open|easy|hard|free|fast|slow|flash|hard|usb|thumb|test",
  "food|tennis|basketball|parking|skate|theme|amusement|national|state|running|hiking|walking|football",
  "soccer|th|st|nd|rd|one|two|three|four|five|x|or",
  "come|go|going|see|saw|get|got|have|had|has|make|made|do|did|does|can|will|would|should|could|take",
  "took|came|went|drive|live|lived|near|off|up|down|out|over|around|across|along|through|about",
  "january|february|march|april|may|june|july|august|september|october|november|december",
  "mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?",
];
const noName = new RegExp(`(?:^|[\\s-])(?:${anyOf(noNames)})(?=$|[\\s-])`, "i");
/** "road runner", "street fighter", "lane change". */
const goesOnAsThing =
  /^\s(?:runner|trips?|fighters?|map|rage|works?|bikes?|tax(?:es)?|test|show|food|art|view|party|smart|wear|cred|lights?|lamps?|kill|side|race|races|movie|film|band|song|album|game|change|closures?|blocks?|sign|signs|crossing|corner|level)\b/i;

/** "12 South Park episodes", "3 Lake Street Dive songs": what the number counts stands after the name. */
const counts = [
  "songs|tracks|albums|covers|records|concerts|gigs|tickets|fans|shirts|jerseys|posters|tattoos|stickers|mugs|toys|dolls",
  "episodes|seasons|scenes|clips|videos|movies|films|shows|games|matches|levels|quotes|references|memes|jokes|stories",
  "books|comics|papers|pics|pictures|photos|shots|selfies|postcards|cards|cds|dvds|vinyls|cans|bottles|bags|boxes|packs|bars",
  "people|players|judges|justices|officers|employees|workers|students|kids|friends|guys|girls|boys|bros|bankers|traders",
  "stocks|shares|points|cases|sessions|trips|visits|holidays|members|hikers|bikers|riders|runners|tourists|homes|houses",
];
const goesOnAsCounted = new RegExp(`^(?:\\s[${letter}'’-]{1,20}){0,2}?\\s(?:${anyOf(counts)})${end}`, "iu");
/** "Chapter 11 Green Hills", "got 15 Pumpkin Spice Keys": after these, a number counts or tells an order. */
const comesAsNumber = new RegExp(
  `${start}(?:${anyOf([
    "seasons?|series|chapter|level|lvl|lv|stage|world|episode|ep|part|vol(?:ume)?|round|route|map|track|page|week|day|act|scene|tier|rank|top|grade",
    "got|get|have|has|had|bought|buy|seen|saw|watched|watch|ate|won|lost|played|need|found|only|about|over|another",
  ])})\\s$`,
  "iu",
);

const isYear = /^(?:19|20)\d\d\s/;

function isStreet({ found, groups, text, index }: Match): boolean {
  const { name = "" } = groups;
  const after = index + found.length;
  if (/^[234]d\b|^\d+[xkmgp]\b/i.test(found) || /^[a-z\d.]$/.test(name)) return false;
  if (noName.test(name.replace(/[.]/g, "")) || goesOnAsThing.test(text.slice(after, after + 12)))
    return false;
  if (
    goesOnAsCounted.test(text.slice(after, after + 60)) ||
    comesAsNumber.test(text.slice(Math.max(0, index - 12), index))
  )
    return false;
  if (isWrittenAsName(`${name} ${groups.type}`)) return true;
  return !isYear.test(found) || endsAsPlace(text, after);
}

function isOtherStreet(match: Match): boolean {
  const { found, groups, text, index } = match;
  if (
    !isStreet(match) ||
    (/^(?:1[0-2]|[1-9])\s/.test(found) && /\bat\s{1,2}$/i.test(textBefore(text, index)))
  )
    return false;
  const { name = "", type = "" } = groups;
  const after = index + found.length;
  if (isWrittenAsName(`${name} ${type}`))
    return !/^(?:[A-Z]{2,4}|\d+(?:st|nd|rd|th))$/.test(name) || endsAsPlace(text, after);
  const isOrdinal = /^\d+(?:st|nd|rd|th)$/i.test(name);
  if (isOrdinal) return /^(?:st|pl|ct|dr)\b/i.test(type) && endsAsPlace(text, after);
  return (
    standsAsPlace(text, index, after) ||
    (startsAsPlace(text, index) &&
      /^\d{2,}/.test(found) &&
      /^(?:st|close|drive|dr|court|ct|grove|villas|cottages)\b/i.test(type))
  );
}

/** "30582 Wehner Station": in capitals, and no year or small number, unless it ends as a place does. */
function isRareStreet(match: Match): boolean {
  const { found, groups, text, index } = match;
  const { name = "", type = "" } = groups;
  const isNamed = /^\d{2}/.test(found) && name.length > 2 && [name, type].every(isWrittenAsName);
  const isDoubtful = isYear.test(found) || !/^\d{3}/.test(found);
  return isNamed && isStreet(match) && (!isDoubtful || endsAsPlace(text, index + found.length));
}

const portugueseWords = "rua|avenida|alameda|travessa|rodovia|marginal|viela|calle|via|ulica";
/** The street's word before its name, as forms of the internet print it in Brazil: "333 Rua Santos". */
const portuguese = whenNeeded(
  () =>
    new RegExp(
      `${start}\\d{1,5},?\\s(?<name>(?:${portugueseWords})\\s(?:d[aeo]s?\\s)?[${letter}.'’-]{2,24}(?:\\s\\p{Lu}[${letter}.'’-]{1,24}){0,2})`,
      "giu",
    ),
);

const frenchHouse = `${start}\\d{1,4}(?:\\s?(?:bis|ter|quater))?,?\\s{1,4}`;
const frenchStreet = [
  "rue|avenue|boulevard|bld\\.?|blvd\\.?|bd\\.?|chemin|ch\\.|all[ée]es?|impasse|quai|faubourg|fbg?\\.?",
  "ruelle|chauss[ée]e|sentier|venelle|rond-point|r[ée]sidence|lotissement",
];
/** Of which English and everyday French have too: with a capital in the name. */
const frenchOther = [
  "av\\.?|place|pl\\.?|route|rte\\.?|passage|square|cit[ée]|mont[ée]e|promenade|esplanade|villa|hameau",
  "traverse|voie|galerie",
];
const frenchJoiner = "(?:(?:de la|de l['’]|des?|du|la|le|les|l['’]|d['’])\\s?)?";
const notFrench = `(?!(?:chez|distance|ici|l[aà]|le|les|plus|moins|plage|apr[èe]s|avant|mon|ma|ton|ta|son|sa|notre|votre|leur|et|ou|sur|pour|à|en|toute?s?|enti[èe]re|principale|secondaire|assise?s?|debout|libres?|gratuite?s?)${end})`;
const plainName = `${notFrench}[${letter}'’-]{3,24}(?:\\s(?:\\p{Lu}|(?!(?:à|au|aux|et|ou|on|je|tu|il|elle|pour|dans|pr[èe]s|code|chez|en|a|le|la|les|un|une|de|du|des|est|y|si|stp|svp|merci|ok)${end})\\p{L})[${letter}'’-]{2,24}){0,2}`;
const french = whenNeeded(
  () => new RegExp(`${frenchHouse}(?:${anyOf(frenchStreet)})\\s{1,4}${frenchJoiner}${plainName}`, "giu"),
);
const frenchNamed = whenNeeded(
  () =>
    new RegExp(
      `${frenchHouse}(?:${anyOf(frenchOther)})\\s{1,4}(?!J\\.)(?<name>${frenchJoiner}[${letter}.'’-]{2,24}(?:\\s[${letter}.'’-]{2,24}){0,3})`,
      "giu",
    ),
);
const vietnamese =
  /(?<![\p{L}\p{N}])(?:số\s(?:nhà\s)?)?\d{1,4}[a-z]?(?:\/\d{1,4})*,?\s(?:đường|phố|ngõ|hẻm|ngách)\s\p{L}+(?:\s\p{L}+){0,3}/giu;

function isFrenchName({ groups }: Match): boolean {
  const words = (groups.name ?? "").split(/\s+/).slice(0, 3).join(" ");
  return (
    /\p{Lu}/u.test(words) && /^(?:d\p{L}{0,2}['’\s]|l\p{L}?['’\s])?(?:la\s|l['’]\s?)?\p{Lu}/u.test(words)
  );
}

export const numberFirstStreets: StreetPattern[] = [
  {
    mentions: new RegExp(`\\s(?:${anyOf(streetWords)})(?![${letter}])`, "iu"),
    pattern: whenNeeded(() => numberFirst(anyOf(streetWords))),
    isMeant: isStreet,
  },
  {
    mentions: new RegExp(`\\d[a-z]?,?\\s[^\\n]{0,60}?\\s(?:${anyOf(otherWords)})(?![${letter}])`, "iu"),
    pattern: whenNeeded(() => numberFirst(anyOf(otherWords))),
    isMeant: isOtherStreet,
  },
  {
    mentions: new RegExp(`\\d\\d[a-z]?,?\\s[^\\n]{0,60}?\\s(?:${anyOf(rareWords)})(?![${letter}])`, "iu"),
    pattern: whenNeeded(() => numberFirst(anyOf(rareWords))),
    isMeant: isRareStreet,
  },
  {
    mentions: new RegExp(`\\d,?\\s(?:${portugueseWords})\\s`, "iu"),
    pattern: portuguese,
    isMeant: ({ groups }) => isWrittenAsName(groups.name ?? ""),
  },
  { mentions: new RegExp(`\\d\\D{0,10}(?:${anyOf(frenchStreet)})\\s`, "iu"), pattern: french },
  {
    mentions: new RegExp(`\\d\\D{0,10}(?:${anyOf(frenchOther)})\\s`, "iu"),
    pattern: frenchNamed,
    isMeant: isFrenchName,
  },
  { mentions: /đường|phố|ngõ|hẻm|ngách/i, pattern: () => vietnamese },
];
