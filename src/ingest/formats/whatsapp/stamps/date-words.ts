/** Words that phones put into dates: `PM`, `a. m.`, `午後` beside a clock of twelve hours, and names of months. */

/** Whether a word is known to name a part of the day. */
export function isPeriod(word: string): boolean {
  const plain = plainWord(word);
  return halves.has(plain) || hoursByPeriod().has(plain);
}

/**
 * `period` is the word beside the time, which is known, or empty on a clock of 24 hours. Undefined where both contradict each
 * other.
 */
export function hourOf(hour: number, period: string): number | undefined {
  const word = plainWord(period);
  if (word === "") return hour <= 23 ? hour : undefined;
  const half = halves.get(word);
  const hours = half === undefined ? [...(hoursByPeriod().get(word) ?? [])] : [half];
  // `14:05 PM`: some phones put the word beside 24 hours too.
  if (hour > 12) return hour <= 23 && hours.some((candidate) => candidate >= 12) ? hour : undefined;
  if (half !== undefined) return (hour % 12) + half;
  const exact = hours.find((candidate) => candidate % 12 === hour % 12);
  if (exact !== undefined || hours.length === 0) return exact;
  // Unicode's tables use some words for fewer hours than phones do.
  if (hours.every((candidate) => candidate < 12)) return hour % 12;
  return hours.every((candidate) => candidate >= 12) ? (hour % 12) + 12 : undefined;
}

/** The number of the month that a word names; undefined for other words, and where languages disagree. */
export function monthOf(name: string): string | undefined {
  const months = monthsByName().get(plainWord(name));
  return months?.size === 1 ? String([...months][0]) : undefined;
}

/** In one spelling, whatever the case, the dots and the blanks. */
export function plainWord(word: string): string {
  return word
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\p{Cf}\s.'’ʼ]/gu, "");
}

// Languages whose clocks have twelve hours, or whose phones are often set so.
const languages =
  "ar bg bn bs ca cs da de el en es es-MX et fa fi fil fr gu he hi hr hu id it ja kk kn ko lt lv mk ml mr ms nb nl pa pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur vi zh zh-TW".split(
    " ",
  );

/** Languages with words of their own for parts of the day, none of which says something else in a language above. */
const moreLanguages =
  "af am as az br ckb cy dz ee eo eu ga ha hy ig is ka km ku ky lb lo mn my ne om ps se si ti tk ug uz wo yi yo zu".split(
    " ",
  );

/** Before and after noon, as phones write them: in English, and where Unicode's tables have changed or know no such words. */
const halfDays = [
  ["AM", "PM"],
  ["முற்பகல்", "பிற்பகல்"],
  ["पूर्वाह्न", "अपराह्न"],
  ["মধ্যাহ্নপূর্ব", "মধ্যাহ্নোত্তর"],
  ["পূর্বাহ্ণ", "অপরাহ্ণ"],
  ["ಪೂರ್ವಾಹ್ನ", "ಅಪರಾಹ್ನ"],
  ["પૂર્વાહ્ન", "અપરાહ્ન"],
  ["vm.", "nm."],
  ["ጥዋት", "ከሰዓት"],
  ["TO", "TK"],
  ["GH", "GD"],
] as const;

/** The hour at which the half of a day begins, by its word. */
const halves = new Map(
  halfDays.flatMap(([before, after]) => [[plainWord(before), 0] as const, [plainWord(after), 12] as const]),
);

let periods: Map<string, Set<number>> | undefined;

/** For each word that some language has for a part of the day, the hours that it stands for; from Unicode's own tables. */
function hoursByPeriod(): Map<string, Set<number>> {
  periods ??= readWords([...languages, ...moreLanguages], (language, note) => {
    for (const dayPeriod of [undefined, "short", "long"] as const) {
      const options = { hour: "numeric", hourCycle: "h12", timeZone: "UTC", dayPeriod } as const;
      const format = new Intl.DateTimeFormat(language, options);
      for (let hour = 0; hour < 24; hour++)
        note(partOf(format, "dayPeriod", Date.UTC(2020, 0, 1, hour)), hour);
    }
  });
  return periods;
}

let months: Map<string, Set<number>> | undefined;

function monthsByName(): Map<string, Set<number>> {
  months ??= readWords(languages, (language, note) => {
    for (const month of ["short", "long"] as const)
      for (const day of [undefined, "numeric"] as const) {
        const format = new Intl.DateTimeFormat(language, { month, day, timeZone: "UTC" });
        for (let index = 0; index < 12; index++)
          note(partOf(format, "month", Date.UTC(2020, index, 1)), index + 1);
      }
  });
  return months;
}

function readWords(
  languages: string[],
  read: (language: string, note: (word: string, number: number) => void) => void,
): Map<string, Set<number>> {
  const words = new Map<string, Set<number>>();
  const note = (word: string, number: number) => {
    const plain = plainWord(word);
    if (plain !== "") words.set(plain, (words.get(plain) ?? new Set()).add(number));
  };
  for (const language of languages) read(language, note);
  return words;
}

function partOf(format: Intl.DateTimeFormat, type: "dayPeriod" | "month", time: number): string {
  return format.formatToParts(time).find((part) => part.type === type)?.value ?? "";
}
