/** Who lives in a generated world. */

export interface Person {
  id: number;
  /** Today's name, as the newest export spells it. */
  name: string;
  /** What an older export calls the same person. */
  earlierName?: string;
  /** Exports cannot tell this person from others who are gone too. */
  isGone?: boolean;
}

/** The first is the owner. Two have one name; some names are words that trip programs. */
export function populate({ ownerWasRenamed }: { ownerWasRenamed: boolean }): Person[] {
  const names: Omit<Person, "id">[] = [
    { name: "Ána Lima", ...(ownerWasRenamed ? { earlierName: "Ána Souza" } : {}) },
    { name: "Ben Reis" },
    { name: "Zoë Fox", earlierName: "Zoë Hart" },
    { name: "Дмитрий Орлов" },
    { name: "山田太郎" },
    { name: "مريم حداد" },
    { name: "Nguyễn Thị Ánh" },
    { name: "Sam 🦊 Reed", earlierName: "Samuel Reed" },
    { name: 'Joe "Bear" O\'Neil' },
    { name: "Rene\u0301 Cre\u0301mieux" },
    { name: "Alex Kim" },
    { name: "Alex Kim" },
    { name: "constructor" },
    { name: "__proto__" },
    { name: "Nora/.. \\ Lund" },
    { name: "Ivo \u200fצדק\u200e", earlierName: "Ivo Zedek" },
    { name: "Facebook user", isGone: true },
    { name: "", isGone: true },
    { name: "Użytkownik Facebooka", isGone: true },
    { name: "Facebook User", isGone: true },
    { name: "Caro Díaz" },
    { name: "Li Wei" },
  ];
  return names.map((person, id) => ({ id, ...person }));
}
