const first = [
  ..."Amélie Björn Chiara Đorđe Élodie Farid Greta Hana Ísis Jörg Kofi Łucja Mehmet Núria".split(" "),
  ..."Oisín Priya Quim Renée Søren Thuý Uğur Vera Wanjiru Ximena Yannick Zoë".split(" "),
];
const last = [
  "Almeida",
  "Brandt",
  "Çelik",
  "Dubois",
  "Eriksen",
  "Ferrão",
  "Gómez",
  "Hořák",
  "Ito",
  "Jansen",
  "Kovač",
];

/** An invented name for a number: the same for the same number, and no two alike below 286. */
export function inventedName(number: number): string {
  return `${first[number % first.length]} ${last[number % last.length]}`;
}
