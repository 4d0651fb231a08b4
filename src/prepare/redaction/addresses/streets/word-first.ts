import { textBefore } from "../../surroundings.ts";
import { anyOf, end, start, whenNeeded } from "../../word-lists.ts";
import {
  endsAsPlace,
  endsInHouseLetter,
  house,
  isWrittenAsName,
  letter,
  looksEnglish,
  name,
  numberLast,
  standsAsPlace,
} from "./parts.ts";
import type { Match, StreetPattern } from "./pattern.ts";

/** The street's word stands first, a house number last: "Rua do Ouro, nº 12", "ul. Długa 7", "ул. Ленина, д. 5". */
const streetWords = [
  "rua|avenida|av\\.|travessa|tv\\.|praceta|alameda|rodovia|calçada|azinhaga",
  "calle|avda\\.?|carrer|plaça|glorieta|jir[oó]n|pasaje|psje\\.?|gran v[ií]a|bulevar|callej[oó]n",
  "piazza|p\\.?zza|piazzale|viale|v\\.le|vicolo|lungomare|c\\.so",
  "ulica|ul\\.?|aleje",
  "bulevardul|strada|str\\.|[șş]os\\.|[șş]oseaua|aleea",
  "ulice|n[áa]m\\.|náměstí",
  "улица|ул\\.?|проспект|пр-?т\\.?|пр\\.|переулок|пер\\.?|шоссе|бульвар|б-р|наб\\.|набережная|вул\\.?|вулиця",
  "οδός|λεωφόρος|λεωφ\\.",
  "jl\\.?|jln\\.?|đường|phố",
  "شارع|רחוב|רח['׳]",
];
const words = anyOf(streetWords);
const wordFirst = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:${words})(?:\\s{1,4}|(?<=[./]))(?:${name}\\s{1,4}){0,5}${name}${numberLast}${house}`,
      "giu",
    ),
);

/** "na rua faz 35", "en la calle hay 35", "rua cheia 10": what is said of a street, and no name. */
const sentence =
  /\s(?:faz|est[áa]|estão|tava|dele|dela|deles|ontem|hoje|agora|tod[oa]|chei[oa]|vazi[oa]|hay|hace|ahora|hoy|entera|vacía|pusta|było|jest|facendo)\s\S*$/iu;

function isNoSentence({ found }: Match): boolean {
  return !sentence.test(found);
}

/** Words that mean other things too. */
const ambiguousWords = [
  "(?<!(?:^|\\s)et\\s)al\\.|os\\.|pl\\.|osiedle|alej[ae]|plac",
  "r\\.|av|largo|pra[çc]a|estrada|beco|quinta d[aeo]|ladeira",
  "c\\/|jr\\.|plaza|paseo|camino|ronda|rambla|via|v[ií]a|traves[ií]a|cuesta|costanera|diagonal",
  "via|corso|strada|contrada|borgo|calle",
  "rue|chauss[ée]e|avenue|boulevard|bd\\.?|place|quai|impasse|chemin",
  "calea|jalan|gang",
];
const ambiguous = anyOf(ambiguousWords);
const joiners =
  "(?:(?:d[aeo]s?|de la|de los|de las|de l['’]|du|des|della?|dello|dei|degli|di|la|le|los|las)\\s)?";
const ambiguousWordFirst = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:${ambiguous})(?:\\s{1,4}|(?<=[./]))(?<name>${joiners}(?:${name}\\s{1,4}){0,3}[${letter}.'’-]{2,24})${numberLast}${house}`,
      "giu",
    ),
);

/** "cuesta casi 50", "via whatsapp 2", "corso di inglese 2": what such words say without a street. */
const noStreets = [
  "ronda (?:final|eliminatoria|clasificatoria|previa|preliminar)|camino de santiago|c\\/ (?:leche|az[úu]car|hielo|lim[óo]n|queso|todo|todos)",
  "v[ií]a (?:libre|libera|crucis|l[aá]ctea|col|vai|e-?mail|mail|pec|sms|skype|zoom|teams|telegram|discord|whats\\p{L}*|wa|tel\\p{L}*|chat|cavo|bus|web|link)(?:\\s.*)?",
  "corso (?:(?:di|da|per|in)\\s.*|base|avanzato|intermedio|intensivo|online|inglese|spagnolo|francese|tedesco|yoga|nuoto|python|livello)(?:\\s.*)?",
  "plac(?:u|e|em)? (?:zabaw|budowy)|largo (?:consumo|ai|a|tudo)|ladeira (?:abaixo|acima)|r\\. kelly|beco sem saída",
  "boulevard of .*|avenue q|place (?:assise?s?|debout|libres?|dispo\\p{L}*)|chemin de croix",
];
const noStreet = new RegExp(`^(?:${anyOf(noStreets)})(?=,?\\s\\S*$)`, "iu");

/** A name with capitals, or a place: "via roma 12", and not "via skype 2". */
function isStreet({ found, groups, text, index }: Match): boolean {
  if (noStreet.test(found) || sentence.test(found) || /^[Cc]uesta\s(?!del?\s)\p{Ll}/u.test(found))
    return false;
  if (/\d\s{0,2}(?:bis|ter)?,?\s$/i.test(textBefore(text, index)) || /\d/.test(groups.name ?? ""))
    return false;
  if (isWrittenAsName(groups.name ?? "") && !/^(?:via|VIA)\s/.test(found)) return true;
  return (
    standsAsPlace(text, index, index + found.length) &&
    !(/^(?:via\s|place\s|c\/|r\.|av\s)/i.test(found) && looksEnglish(text))
  );
}

const months =
  "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|enero|febrero|marzo|mayo|junio|julio|sep?tiembre|octubre|noviembre|diciembre|aprile|maggio|giugno|settembre|novembre|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|мая|октября|марта|января";
/** Streets that are called after a day, with a number that is no year: "Rua 25 de Abril 14", "ul. 3 Maja 7". */
const dayFirst = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:${words}|${ambiguous})(?:\\s{1,3}|(?<=[./]))(?:d[aeo]s?\\s)?\\d{1,2}(?:\\.?[ºª°]|\\.)?\\s{1,3}(?:de\\s)?(?:${months})${end}${numberLast}(?!(?:19|20)\\d\\d(?!\\d))${house}`,
      "giu",
    ),
);

const grid =
  "calle|cll?\\.?|carrera|cra\\.?|kra?\\.?|cr\\.?|diagonal|diag\\.?|dg\\.?|transversal|transv\\.?|tv\\.?|avenida|av\\.?|ak|ac|circular";
const gridPart = "\\d{1,3}\\s?(?:[a-z]{1,2}(?![a-z]))?(?:\\s?(?:bis|sur|norte|este|oeste)(?![a-z]))?";
/** Streets that are numbered, as in Colombia: "Calle 27 # 10-28", "Cra 7 No. 45-10". */
const numbered = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:${grid})\\s{0,2}${gridPart}\\s?(?:#|no\\.?|n[°º.]|num\\.?|nro\\.?)\\s?${gridPart}(?:\\s?[-–]\\s?\\d{1,3})?${end}`,
      "giu",
    ),
);
/** A plot of a grid without streets: "quadra 5 lote 12", "SQN 305 bloco B", "mz 4 lt 7". */
const plots = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:(?:quadra|qd|q\\.|manzana|mz)\\.?\\s?[a-z]?\\d{1,3},?\\s(?:lote|lt|casa|solar)\\.?\\s?\\d{1,3}|sq[ns]w?\\s?\\d{3},?\\s(?:bloco|bl)\\.?\\s?[a-z]|(?:block|blk)\\s\\d{1,3},?\\slot\\s\\d{1,3})${end}`,
      "giu",
    ),
);

/** Streets whose word is their name. */
const byThemselves = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:gran v[ií]a|(?:la |las )?ramblas?|malec[oó]n|avenida central)${numberLast}${house}`,
      "giu",
    ),
);

/** What else may stand before the name of a street or of what is numbered like one: with capitals. */
const rareWords = [
  "aldea|arrabal|barrio|bloque|calleja|carretera|carr\\.|caser[ií]o|colonia|edificio|explanada|huerta|jardines|mas[ií]a",
  "muelle|poblado|pol[ií]gono|prolongaci[oó]n|prol\\.|puente|rampa|riera|rinc[oó]n|senda|subida|torrente|urbanizaci[oó]n",
  "retorno|calz(?:ada|\\.)|circuito|privada|cerrada|andador|boulevard|blvd\\.?|perif[ée]rico|parcela|glorieta|extramuros",
  "urbaniza[çc][ãa]o|acesso|bairro|escadas|rotunda|viela|marginal|servid[ãa]o|loteamento|conjunto|quinta|parque|p[áa]tio",
  "incrocio|rotonda|salita|vico|galleria|piazzetta|largo|rampa|lido",
  "rynek|wyspa|ogr[óo]d|rondo|skwer|wybrze[żz]e|droga|szosa|bulwar|park",
  "аллея|площадь|пл\\.|тупик|проезд|спуск",
];
const rareWordFirst = whenNeeded(
  () =>
    new RegExp(
      `${start}(?<type>${anyOf(rareWords)})\\s{1,4}(?<name>${joiners}(?:${name}\\s{1,4}){0,3}[${letter}.'’-]{2,24})${numberLast}${house}`,
      "giu",
    ),
);
const mentionsRare = new RegExp(`${start}(?:${anyOf(rareWords)})\\s`, "iu");

/** The hour of a meeting, or the place in a series: "Park Wodny 12", "Parque Jurásico 3". */
const isHourOrPart =
  /^(?:park|parque|conjunto|circuito|puente|galleria|lido|droga|p[áa]tio)\s.*[^,\s]\s{1,4}(?:1?\d|2[0-4])$/iu;

/** "Barrio Gabriela 41", "rynek Lisiecki 49b". */
function isRareStreet({ found, groups, text, index }: Match): boolean {
  const { type = "", name = "" } = groups;
  if (!isWrittenAsName(name) || looksEnglish(text) || isHourOrPart.test(found)) return false;
  return /^\p{Lu}/u.test(type) || endsInHouseLetter(found) || endsAsPlace(text, index + found.length);
}

const mentions = new RegExp(`${start}(?:${words}|${ambiguous})(?:\\s|(?<=[./]))`, "iu");

export const wordFirstStreets: StreetPattern[] = [
  { mentions, pattern: wordFirst, isMeant: isNoSentence },
  { mentions, pattern: ambiguousWordFirst, isMeant: isStreet },
  { mentions, pattern: dayFirst },
  { mentions: mentionsRare, pattern: rareWordFirst, isMeant: isRareStreet },
  { mentions: /gran v|rambla|malec/i, pattern: byThemselves },
  { mentions: new RegExp(`${start}(?:${grid})\\s{0,2}\\d`, "iu"), pattern: numbered },
  { mentions: /\b(?:quadra|qd|q\.|manzana|mz|sq[ns]|bl)/i, pattern: plots },
];
