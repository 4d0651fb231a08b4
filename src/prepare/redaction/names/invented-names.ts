/** Names that nobody in the store has, by script: first names and family names that go together. */
interface NamePool {
  first: string[];
  last: string[];
}

export type NameScript = keyof typeof pools;

const pools = {
  Latin: pool(
    `Adam Alan Alec Alex Alice Amy Andy Anita Anna Anne April Arthur Ashley Barry Bella Ben Betty Bill Bob Brad Brian
     Bruce Carl Carlos Carol Casey Cathy Chad Chris Claire Clara Cody Colin Craig Dale Dan Dave David Dean Dennis Derek
     Diana Donna Doug Drew Dylan Eddie Elena Ella Ellen Emily Emma Eric Erik Erin Ethan Eva Evan Felix Fiona Frank Fred
     Gary Gavin Gene George Gina Glen Greg Hannah Harry Heather Helen Henry Holly Howard Hugh Ian Irene Iris Ivan Jack
     Jake James Jamie Jane Jason Jay Jean Jeff Jen Jenny Jeremy Jerry Jesse Jessica Jill Jim Jimmy Joan Joe Joel John
     Johnny Jon Jonas Jordan Josh Juan Judy Julia Julie Justin Karen Karl Kate Kathy Katie Kay Keith Kelly Ken Kenny Kevin
     Kim Kirk Kurt Kyle Lana Larry Laura Lauren Lee Leo Leon Liam Linda Lisa Liz Logan Lola Louis Lucas Lucy Luis Luke
     Lynn Maggie Marco Marcus Margaret Maria Marie Mario Martha Martin Marvin Mary Matt Max Meg Megan Mia Michael Mike
     Molly Morgan Nancy Nathan Ned Neil Nick Nicole Nina Noah Nora Oliver Olivia Oscar Owen Pam Patrick Paul Pedro Peggy
     Peter Phil Rachel Ralph Ray Rebecca Richard Rick Riley Rob Robin Roger Ron Rosa Roy Russell Ruth Ryan Sally Sam
     Sandra Sara Scott Sean Seth Simon Sofia Sonia Sophie Stan Stella Steve Stuart Sue Susan Tara Ted Terry Tim Tina Todd
     Tom Tony Tracy Travis Tyler Vera Victor Vince Wade Walt Wendy Wes Yuri Zach Zoe`,
    `Adams Allen Anderson Bailey Baker Barnes Bell Bennett Black Blake Boyd Brooks Brown Bryant Burke Burns Butler
     Campbell Carroll Carson Clark Cohen Cole Collins Cooper Cox Craig Crawford Cross Cruz Curtis Davis Dawson Dean Diaz
     Dixon Douglas Duncan Dunn Edwards Elliott Ellis Evans Ferguson Fisher Fleming Fletcher Flynn Ford Foster Fox Fuller
     Garcia Gibson Gilbert Gordon Graham Grant Greene Griffin Hall Hamilton Hansen Harper Harris Harrison Hart Hayes
     Henderson Higgins Hill Hoffman Holmes Hopkins Howard Hudson Hughes Hunt Jackson Jenkins Jensen Johnson Jones Kelly
     Kennedy King Klein Knight Lambert Lane Larson Lawrence Lawson Lewis Lopez Lowe Lynch Mason Matthews Meyer Miller
     Mills Mitchell Moore Morgan Morris Murphy Murray Myers Nash Nelson Newman Norris Olson Owens Parker Patterson Payne
     Pearson Perry Peters Phillips Pierce Porter Powell Price Quinn Reed Reid Reyes Reynolds Rice Richards Riley Rivera
     Roberts Robinson Rogers Ross Russell Ryan Sanders Schmidt Scott Shaw Silva Simpson Smith Snyder Stephens Stevens
     Stewart Stone Sullivan Taylor Thomas Thompson Torres Tucker Turner Wagner Walker Wallace Walsh Ward Warren Watson
     Weaver Webb Weber Wells West White Williams Wilson Wolfe Wood Woods Wright Young`,
  ),
  // Family names that do not change with the person's sex.
  Cyrillic: pool(
    `Аня Вера Галя Глеб Дима Егор Женя Зоя Иван Игорь Илья Инна Катя Кира Костя Лена Лиза Люба Майя Макс Маша Миша Нина
     Оля Олег Паша Петя Рита Рома Саша Света Сеня Соня Таня Толя Федя Юля Юра Яна Яша`,
    `Бойко Бондарь Гончар Жук Зима Коваль Кравец Лысенко Марченко Мельник Мороз Петренко Приходько Савченко Седых Ткач
     Ткачук Чайка Черных Шевченко`,
  ),
  Greek: pool(
    `Άννα Βάσω Γιώργος Ελένη Ζωή Ηλίας Θωμάς Ίρις Κώστας Λία Μαρία Νίκος Ξένια Όλγα Πέτρος Ρένα Σία Τάσος Φανή Χάρης`,
    `Αλεξίου Βλάχος Γαλάνης Δήμου Ζέρβας Κούρος Λάμπρου Μακρής Νάκος Παππάς Ράπτης Σιδέρης Τσάκας Φώτου Χρήστου`,
  ),
  Arabic: pool(
    `أحمد أمل باسم جمال حسن خالد دانا رامي ريم زياد سامي سلمى طارق عمر فادي كريم ليلى منى نادر هدى وليد ياسر`,
    `البنا الحداد الخطيب الراوي الزين السيد الشامي الصباغ العلي الفارس القاضي الكردي المصري النجار الهاشمي`,
  ),
  Hebrew: pool(
    `אבי אורן גיל דנה הדס זיו חן טל יעל ליאור מיכל נועה עדי ענת רון רותם שרה תמר`,
    `אלון ביטון גולן דגן הראל חדד כהן לוי מזרחי נחום פרץ צור רוזן שלו`,
  ),
  Devanagari: pool(
    `अजय अनु अमित आशा कविता गीता जय दीपा नीता पूजा मीना मोहन रवि राज रीता राम लता विजय सीता सुनील`,
    `कपूर खन्ना गुप्ता जोशी झा दास नायर पटेल बोस मेहता यादव राव वर्मा शर्मा सिंह`,
  ),
  Han: pool(
    `伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 志强 建华 秀兰 晓东 文静`,
    `王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 林 郭 何 高 罗`,
  ),
  Hangul: pool(
    `민준 서준 도윤 예준 시우 하준 지호 서연 서윤 지우 하은 수빈 민서 유진 은지 현우 준호 소연`,
    `김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송`,
  ),
  Japanese: pool(
    `ゆい はると さくら あおい けんた なおき ひろし まい りく ゆうた みさき かおり たくみ えり しょう まな`,
    `さとう すずき たかはし たなか いとう わたなべ やまもと なかむら こばやし かとう よしだ やまだ`,
  ),
};

/** The script of most of a name's letters, as far as there are names for it; Latin otherwise. */
export function scriptOf(name: string): NameScript {
  const counts = scriptPatterns.map(([script, pattern]) => ({
    script,
    count: name.match(pattern)?.length ?? 0,
  }));
  return counts.reduce((most, next) => (next.count > most.count ? next : most)).script;
}

const scriptPatterns: [NameScript, RegExp][] = [
  ["Latin", /\p{sc=Latin}/gu],
  ["Cyrillic", /\p{sc=Cyrillic}/gu],
  ["Greek", /\p{sc=Greek}/gu],
  ["Arabic", /\p{sc=Arabic}/gu],
  ["Hebrew", /\p{sc=Hebrew}/gu],
  ["Devanagari", /\p{sc=Devanagari}/gu],
  ["Han", /\p{sc=Han}/gu],
  ["Hangul", /\p{sc=Hangul}/gu],
  ["Japanese", /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
];

/** Scripts that write the family name first and no space between. */
export function isFamilyFirst(script: NameScript): boolean {
  return script === "Han" || script === "Hangul" || script === "Japanese";
}

export function namePool(script: NameScript): NamePool {
  return pools[script];
}

/** Eleven thousand words that sound like names, for stores in which people have all the others. */
export function madeUpWords(): string[] {
  const consonants = [..."bdfghjklmnprstvwyz"];
  const syllables = consonants.flatMap((consonant) => [..."aeiou"].map((vowel) => consonant + vowel));
  return syllables.flatMap((first) =>
    syllables.map((second) => `${first.charAt(0).toUpperCase()}${first.charAt(1)}${second}`),
  );
}

function pool(first: string, last: string): NamePool {
  const words = (list: string) => list.trim().split(/\s+/);
  return { first: words(first), last: words(last) };
}
