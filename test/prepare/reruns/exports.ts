/** The exports of one small world, as they could be imported one after the other. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ExportFiles, writeFolder } from "../../ingest/export-writer.ts";
import { type Random, seededChance } from "../../ingest/truth/random.ts";
import { earlier, earlierSecure, today } from "../../ingest/truth/snapshots.ts";
import { type Entry, makeWorld, type World } from "../../ingest/truth/world.ts";
import { dyiFiles, secureFiles } from "../../ingest/truth/writers.ts";

const minuteMs = 60_000;

/** Folders to import, and the word of each person that nobody else says, by name. */
export interface Exports {
  folders: string[];
  secrets: Map<string, string>;
}

export async function writeExports(seed: number): Promise<Exports> {
  const random = seededChance(seed);
  const world = talkative(makeWorld(seed, { longest: random.pick([60, 700, 900]) }), random);
  const [before, now] = [earlier(world), today(world)];
  const written = [
    dyiFiles(now),
    dyiFiles(before, { era: "2023" }),
    dyiFiles({ ...now, threads: now.threads.filter((_, index) => index % 2 === 0) }),
    dyiFiles(renamed(now)),
    secureFiles(now),
    secureFiles(earlierSecure(world)),
    whatsapp(world, 1, "Ben Reis", random),
    whatsapp(world, 21, "Li Wei", random),
  ];
  const folders: string[] = [];
  for (const files of written) folders.push(await writeFolder(await newFolder("export"), files));
  return {
    folders,
    secrets: new Map(world.people.map(({ id, name }) => [name.normalize("NFC"), secretOf(id)])),
  };
}

/** Other titles and one more member, who wrote nothing; a later word in the first thread says that this is the newest. */
function renamed(world: World): World {
  const [first, ...others] = world.threads.map((thread) => ({
    ...thread,
    title: `${thread.title} (new)`,
    listed: [...new Set([...thread.listed, 20])],
  }));
  if (first === undefined) throw new Error("The world is empty.");
  const sentAt = Math.max(
    ...world.threads.flatMap(({ entries }) => entries.map((entry) => entry.sentAt ?? 0)),
  );
  const last: Entry = {
    sender: 0,
    sentAt: sentAt + minuteMs,
    content: { type: "text", text: "bye" },
    reactions: [],
  };
  return { ...world, threads: [{ ...first, entries: [...first.entries, last] }, ...others] };
}

export function newFolder(what: string): Promise<string> {
  return mkdtemp(path.join(tmpdir(), `persona reruns ${what} `));
}

function secretOf(person: number): string {
  return `zq${["ba", "ke", "mi", "po", "tu"][person % 5]}${String.fromCharCode(97 + person)}x`;
}

/** Words that prepare has something to do about, in place of many of a world's own. */
function talkative(world: World, random: Random): World {
  const names = world.people.map(({ name }) => name).filter((name) => name !== "");
  const talk = (entry: Entry): Entry =>
    entry.content.type === "text" && random.chance(0.6)
      ? { ...entry, content: { ...entry.content, text: saying(random, names, entry.sender) } }
      : entry;
  return {
    ...world,
    threads: world.threads.map((thread) => ({ ...thread, entries: thread.entries.map(talk) })),
    secureThreads: world.secureThreads.map((thread) => ({
      ...thread,
      entries: thread.entries.map((entry) => talk(entry as Entry)) as typeof thread.entries,
    })),
  };
}

const chain = "send this to nine friends of yours before midnight or the well runs dry for good";
const recipe = "two eggs a spoon of flour some butter and then bake it all for half an hour until gold";
const many = "we take the early train on friday and walk along the river until the old mill closes";

function saying(random: Random, names: string[], sender: number): string {
  const secret = secretOf(sender);
  return random.pick<() => string>([
    () => random.pick(["ok", "lol", "Sim!", "haha", "好", "😂", "yes", "..."]),
    () => random.pick([chain, chain.toUpperCase(), `${recipe}!`, many, `${many}, ${secret}`]),
    () => recipe.replace(random.pick(recipe.split(" ")), secret),
    () => `call me at 91${random.below(9)} 234 567 or ${secret}@example.org`,
    () => `is ${random.pick(names)} there? ${secret}`,
    () => `${random.pick(names).split(" ")[0]} says hi`,
    () => `my pin is ${1000 + random.below(9000)}`,
    () => `${secret} ${random.pick(["lake", "train", "dinner", "tomorrow"])} ${random.below(60)}`,
    () => Array.from({ length: 9 + random.below(6) }, () => `w${random.below(400)}`).join(" "),
  ])();
}

/** A chat as a phone of Portugal writes it. */
function whatsapp(world: World, friend: number, name: string, random: Random): ExportFiles {
  let time = Date.UTC(2021, 1, 13, 9);
  const lines = Array.from({ length: 30 + random.below(40) }, () => {
    time += random.chance(0.7) ? minuteMs : 600 * minuteMs;
    const sender = random.chance(0.5) ? 0 : friend;
    const [date = "", clock = ""] = new Date(time).toISOString().split("T");
    const [year, month, day] = date.split("-");
    const who = sender === 0 ? world.people[0]?.name : name;
    return `${day}/${month}/${year}, ${clock.slice(0, 5)} - ${who}: ${saying(random, ["Caro Díaz"], sender)}`;
  });
  return new Map([[`WhatsApp Chat with ${name}.txt`, `${lines.join("\n")}\n`]]);
}
