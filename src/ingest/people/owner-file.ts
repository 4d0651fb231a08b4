/** Files of an export that say whose it is. */
import { type ExportEntry, readEntry } from "../archives/index.ts";
import { cleanText } from "../formats/index.ts";
import { type Account, type AccountClues, accountOf } from "./account.ts";

/** What an export says of the person whose export it is. */
export interface NamedOwner {
  network: string;
  name: string;
  /** Names that they had before. */
  earlier: string[];
  /** What else the profile has in the place of a name, such as a user name; also what is none at all. */
  others: string[];
  /** By which another export of the same account is known, if its files say so. */
  account: Account;
}

const ownerFiles: { network: string; path: RegExp; read: (json: Profile) => Named }[] = [
  {
    network: "facebook",
    path: /(?:^|\/)profile_information\/profile_information\.json$/,
    read: ({ profile_v2, profile }) => ({
      name: (profile_v2 ?? profile)?.name?.full_name,
      clues: profile_v2 ?? profile ?? {},
    }),
  },
  {
    network: "facebook",
    path: /(?:^|\/)messages\/autofill_information\.json$/,
    read: ({ autofill_information_v2: { FULL_NAME, EMAIL = [] } = {} }) => ({
      name: FULL_NAME?.[0],
      clues: { emails: EMAIL },
    }),
  },
  {
    network: "instagram",
    path: /(?:^|\/)(?:personal_information|account_information)\/(?:personal_information\/)?personal_information\.json$/,
    read: readInstagramProfile,
  },
];

interface Named {
  name: unknown;
  others?: unknown[];
  clues: AccountClues;
}

/** Parts of profile files that may name their owner; nothing in them is sure. */
interface Profile {
  profile?: ProfileName;
  profile_v2?: ProfileName;
  autofill_information_v2?: { FULL_NAME?: unknown[]; EMAIL?: unknown[] };
  profile_user?: { string_map_data?: Record<string, { value?: unknown } | undefined> }[];
}
interface ProfileName extends AccountClues {
  name?: { full_name?: unknown };
  previous_names?: { name?: unknown }[];
  other_names?: { name?: unknown }[];
}

/** Instagram labels what it knows in the account's language. */
const nameLabels = new Set(
  "Name Nombre Nome Nom Naam Namn Navn Nimi Imię Jméno Meno Név Nume Ime Ad İsim Nama Tên Имя Ім'я Όνομα שם الاسم نام नाम ชื่อ 이름 名前 姓名 名称".split(
    " ",
  ),
);

function readInstagramProfile({ profile_user }: Profile): Named {
  const labelled = Object.entries(profile_user?.[0]?.string_map_data ?? {});
  const isName = ([label]: [string, unknown]) => nameLabels.has(cleanText(label, true));
  const nameFirst = labelled.toSorted((a, b) => +isName(b) - +isName(a));
  const values = nameFirst.map(([, field]) => field?.value);
  const isEmail = (value: unknown) => typeof value === "string" && /^[^\s@]+@[^\s@]+$/.test(value);
  const [name, ...others] = values.filter(
    (value) => typeof value === "string" && value !== "" && !value.includes("@"),
  );
  return { name, others, clues: { emails: values.filter(isEmail) } };
}

const maxProfileBytes = 5_000_000;

/** Reads a file that may name the owner; undefined for every other file, and where it names nobody. */
export function readOwnerFile(entry: ExportEntry): NamedOwner | undefined {
  const file = ownerFiles.find(({ path }) => path.test(entry.path));
  if (file === undefined || entry.bytes > maxProfileBytes) return undefined;
  try {
    const json = JSON.parse(readEntry(entry).toString("utf8"));
    const { name, others = [], clues } = file.read(json);
    if (typeof name !== "string" || name === "") return undefined;
    return {
      network: file.network,
      name: cleanText(name, true),
      earlier: earlierNames(json),
      others: namesAmong(others),
      account: accountOf(file.network, clues),
    };
  } catch {
    return undefined; // It is not what it seems; the threads tell as well.
  }
}

function earlierNames({ profile_v2, profile }: Profile): string[] {
  const { previous_names = [], other_names = [] } = profile_v2 ?? profile ?? {};
  return namesAmong([...previous_names, ...other_names].map(({ name }) => name));
}

function namesAmong(values: unknown[]): string[] {
  return values.filter((value) => typeof value === "string").map((value) => cleanText(value, true));
}
