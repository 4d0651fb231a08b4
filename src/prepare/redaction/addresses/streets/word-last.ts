import { anyOf, end, start, whenNeeded } from "../../word-lists.ts";
import {
  endsAsPlace,
  endsInHouseLetter,
  house,
  isWrittenAsName,
  letter,
  looksEnglish,
  standsAsPlace,
} from "./parts.ts";
import type { Match, StreetPattern } from "./pattern.ts";

/** In one word with the street's name, and the end of nothing else: "lindenstraße 12a", "kerkstraat 5". */
const plainEndings = [
  "stra(?:ß|ss)e|str\\.?|allee|gasse|chaussee|damm|ufer|promenade|zeile|twiete",
  "straat|laan|gracht|plein|kade|singel|dijk|steeg|dreef",
  "gatan|vägen|gränd(?:en)?|gärdet|torget|backen|stigen",
  "gaten|gata|veien|vegen|gade|vænget|stræde|torv",
  "katu|kuja|polku",
];
/** Endings of other words too. */
const otherEndings = [
  "weg|platz|ring|hof|berg|markt|graben|steig|pfad|winkel|kamp|garten|höhe|brücke",
  "weg|hof|kamp|markt",
  "väg|plads|plass|vej|vei|gate|allé|tie|kaari",
];
/** "Parkplatz 12", "landstraße 100", "umweg 5": what such words make with others. */
const notStreetsWith = [
  "park|sitz|steh|stell|arbeits|spiel|schlaf|lager|speicher|tennis|sport|camping|golf|zelt|stamm|listen|tabellen",
  "studien|kita|flug|bau|rast|um|heim|rück|hin|schul|rad|fuß|wander|aus|irr|unter|lebens|bahn|bauern|fried|floh",
  "hauptbahn|schreber|vor|hinter|nürburg|hockenheim|box|ohr|ehe|verlobungs|schlüssel|trampel|datei|lern|kletter|jakobs|onder|halver|snel",
  "zucker|heisen|carls|kreuz|sesam|milch|seiden|flucht|fahrrad|holz|nürn|heidel|bam|wolfs|vorarl|starn|witten|königs|württem|schwarzen|lands|ams|anna|spree|brom|super|aktien|weihnachts|wochen|mittelalter|oster|christkindl|advents|trödel|jahr|getränke|elektro|schwarz|bio|medien|kerst|vrij|rommel|vlooien|welt|finanz|immobilien|land|bundes|schnell|einbahn|seiten|neben|kinder|bier|tier|klein|gast|luft",
];
/** What ends as they do by chance. */
const notStreets = `(?!(?:${anyOf(notStreetsWith)})(?:${anyOf(otherEndings)}|stra(?:ß|ss)e|str\\.?)(?![${letter}]))(?!(?:regi|mini|admini|magi|illu|orche|indu|demon|konze)str|brigade|renegade|stargate|sackgasse|(?:schlag|kopf|fuß|leer|code|kommando|betreff|befehls|such|text)zeile|(?:motor|järn|gen|om|ut)väg(?![${letter}]))`;
const number = `\\s{1,4}(?:nr\\.?\\s?|no:?\\s?)?${house}`;
const plainWordLast = whenNeeded(
  () => new RegExp(`${start}${notStreets}[${letter}.'’-]{3,30}?(?:${anyOf(plainEndings)})${number}`, "giu"),
);
const otherWordLast = whenNeeded(
  () =>
    new RegExp(
      `${start}${notStreets}(?<name>[${letter}.'’-]{3,30}?)(?<!-)(?:${anyOf(otherEndings)})${number}`,
      "giu",
    ),
);

/** The street's word apart: "Berliner Allee 7", "Kongens gate 5", "Atatürk Cad. No:5", "Kossuth u. 3". */
const wordsApart = [
  "stra(?:ß|ss)e|str\\.|gasse|allee|chaussee|damm|ufer|weg|platz|ring|markt",
  "gate|gata|vei(?:en)?|veg(?:en)?|plass|all[eé]|gade|vej|plads|väg",
  "utca|u\\.|[úu]t(?:ja)?|t[ée]r|k[öo]r[úu]t|krt\\.?|sétány",
  "soka[kğ][ıi]?|sok\\.|sk\\.|caddesi|cad\\.?|cd\\.|bulvar[ıi]?|blv\\.|mahallesi|mah\\.",
  "улица|проспект|проезд|шоссе|ул\\.|пер\\.|пл\\.|наб\\.|ал\\.|аллея|площадь|переулок|набережная|бульвар|спуск|тупик",
  "laan|plein|straat|katu|tori",
];
const wordApart = whenNeeded(
  () =>
    new RegExp(
      `${start}(?<name>(?:\\d{1,4}\\.\\s?)?[${letter}.'’-]{2,30}(?:\\s[${letter}.'’-]{2,20})?)\\s(?:${anyOf(wordsApart)}),?\\s{0,3}(?:no\\.?:?\\s?|nr\\.?\\s?|numara:?\\s?)?${house}(?:\\s?(?:d|daire|kat|m)[:. ]{0,2}\\d{1,3})?`,
      "giu",
    ),
);
const turkish = /(?:sok|sk\.|cad|cd\.|bulvar|blv|mah)/i;

/** After a hyphen: "Karl-Marx-Allee"; what also counts things, after two ("Rosa-Luxemburg-Platz"). */
const hyphened = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:\\p{L}[${letter}.'’-]{1,30}?-(?:stra(?:ß|ss)e|str\\.|allee|gasse|chaussee|damm|ufer)|\\p{L}[${letter}.'’-]{1,30}?-\\p{L}[${letter}.]{0,20}-(?:platz|weg|ring|markt))${number}`,
      "giu",
    ),
);

/** "Am Markt 5", "An der Linde 3", "Unter den Linden 77": a preposition and a thing that a street is called after. */
const prepositions =
  "am|an (?:der|den|dem)|im|in (?:der|den|dem)|zum|zur|zu den|auf (?:der|dem|den)|hinterm?(?: der| dem| den)?|unterm?(?: der| dem| den)?|vor (?:der|dem|den)|beim|bei der|überm?(?: der| dem)?|alte[rn]?|neue[rn]?|große[rn]?|kleine[rn]?|lange[rn]?|hohe[rn]?|obere[rn]?|untere[rn]?";
const afterPreposition = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:${prepositions})\\s(?<name>(?:[${letter}]{2,12}en\\s)?[${letter}-]{3,24}(?:er\\s\\p{Lu}[${letter}]{2,20})?)${number.replace("1,4", "1,2")}`,
      "giu",
    ),
);
/** What streets are called after: a thing of the land or a village, or a compound with one. */
const landmarks = [
  "markt|platz|hof|tor|turm|kreuz|eck|ring|park|schloss|burg|rathaus|kirche|kapelle|kloster|friedhof|sportplatz",
  "mühle|schmiede|ziegelei|scheune|stall|brunnen|brücke|weg|allee|stieg|steg|kai|hafen|damm|deich|schleuse|wehr",
  "see|bach|fluss|ufer|teich|weiher|moor|bruch|quelle|graben|strand|insel|werder|werth|au|aue|wasser|furt",
  "berg|hügel|hang|höhe|halde|rain|tal|grund|kuhle|grube|stein|fels|kamp|koppel|heide|acker|feld|feldchen|wiese|weide",
  "anger|garten|weingarten|weinberg|hecke|busch|wald|holz|hain|forst|brand|sang|winkel|ende|rosen",
  "linden?|eichen?|buchen?|birken?|tannen?|kiefern?|weiden?|erlen?|eschen?|ulmen?|pappeln?|kastanien?|kirschen?",
  "straße|gasse|zeile|reihe|post|schule|lohe|horst|hagen|rode|leite|rück|zoll|bleiche|tränke|trift|bühl|rott|kuppe|pfad|stiegel|platte|rast",
];
const landmark = new RegExp(`(?:${anyOf(landmarks)})(?:\\s|$)|er\\s\\p{Lu}`, "iu");
const noLandmark =
  /(?:bahnhof|kindergarten|biergarten|flughafen|sportplatz|parkplatz|spielplatz|campingplatz|arbeitsplatz|stehplatz|sitzplatz|supermarkt|flohmarkt|weihnachtsmarkt|wochenmarkt|baumarkt|arbeitsmarkt|wochenende|ende|stunde|auto|tabelle|fahrschule|grundschule|hochschule|berufsschule|abendschule|tanzschule|musikschule|schule|post)$/iu;

function isCompound({ found, groups, text, index }: Match): boolean {
  if (/\b\p{L}*ring\s/iu.test(found) && looksEnglish(text)) return false;
  const isName =
    /^\p{Lu}/u.test(found) && (groups.name ?? "").length > 3 && !/^\p{Lu}\p{Ll}{2,4}ring\s/u.test(found);
  return (
    (isName && (endsAsPlace(text, index + found.length) || endsInHouseLetter(found))) ||
    ((groups.name ?? "").length > 3 &&
      standsAsPlace(text, index, index + found.length) &&
      !looksEnglish(text))
  );
}

/** Words before "Platz 5" or "Weg 10" that make no name of it. */
const noNames =
  /^(?:auf|am|im|zum|vom|beim|an|in|de[rmns]|die|das|eine?[mnrs]?|mein\p{L}*|kein\p{L}*|sein\p{L}*|ihr\p{L}*|unser\p{L}*|bin|ist|war|the|this|our|my|to|a|main|boarding|of|na|op|w)$/iu;

function isApart({ found, groups, text, index }: Match): boolean {
  if ((groups.name ?? "").split(/\s/).some((word) => noNames.test(word))) return false;
  if (turkish.test(found)) return true;
  return (
    isWrittenAsName(groups.name ?? "") ||
    (/\p{L}{3}s\s(?:gate|gade|vei)/iu.test(found) && standsAsPlace(text, index, index + found.length))
  );
}

/** "Am Mühlenbach 12", and not "Beim Arzt 10"; in small letters only what is a street nearly everywhere. */
function isAfterPreposition({ found, groups, text, index }: Match): boolean {
  const { name = "" } = groups;
  const endsThere = endsAsPlace(text, index + found.length);
  if (noLandmark.test(name) || looksEnglish(text) || !(endsThere || endsInHouseLetter(found))) return false;
  if (/^\p{Lu}/u.test(name)) return landmark.test(name);
  if (!endsThere) return false;
  return /^(?:am|zum|zur|im) (?:markt|park|see|bach|wald|berg|hang|ring|kirchplatz|anger|graben|rain|sportplatz|friedhof|schloss|rathaus|hafen|teich|weiher|hof|mühlbach|winkel)\s/i.test(
    found,
  );
}

const mentionsEnding = new RegExp(anyOf(plainEndings), "i");
const mentionsOther = new RegExp(`(?:${anyOf(otherEndings)})\\s`, "i");
const mentionsApart = new RegExp(`\\s(?:${anyOf(wordsApart)})(?![${letter}])`, "iu");

export const wordLastStreets: StreetPattern[] = [
  { mentions: mentionsEnding, pattern: plainWordLast },
  { mentions: mentionsOther, pattern: otherWordLast, isMeant: isCompound },
  { mentions: mentionsApart, pattern: wordApart, isMeant: isApart },
  { mentions: /-\p{L}/u, pattern: hyphened },
  {
    mentions: new RegExp(`${start}(?:${prepositions})${end}`, "iu"),
    pattern: afterPreposition,
    isMeant: isAfterPreposition,
  },
];
