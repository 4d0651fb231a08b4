import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { finished } from "node:stream/promises";
import { seededRandom } from "./seeded-random.ts";

interface SyntheticExport {
  /** Bytes of JSON to write, about. */
  bytes: number;
  seed?: number;
}

const owner = "Inês Duarte";
const messagesAPart = 10_000;

/**
 * Writes a Messenger export of invented conversations into a folder, with the shape of real ones: some large threads and
 * many small ones, words by Zipf's law, accents and emoji as mojibake, reactions, photos, links, newest message first.
 *
 * @returns Bytes of JSON written.
 */
export async function writeSyntheticExport(
  directory: string,
  { bytes, seed = 1 }: SyntheticExport,
): Promise<number> {
  const aside = `${directory}.${process.pid}.tmp`;
  await rm(aside, { recursive: true, force: true });
  const random = seededRandom(seed);
  const words = inventWords(random, 20_000);
  let written = 0;
  for (let thread = 0; written < bytes; thread++) {
    const share = thread % 12 === 0 ? 0.08 : 0.004;
    const room = Math.min(bytes - written, Math.max(200_000, share * bytes));
    written += await writeThread(aside, thread, room, random, words);
  }
  await writeProfile(aside, owner);
  await rename(aside, directory);
  return written;
}

const letters = "etaoinshrdlucmfwypvbgkéãçöñ";

/** Pseudo-words by how often they are used: the frequent ones are short, as in languages. */
function inventWords(random: () => number, count: number): string[] {
  return Array.from({ length: count }, (_, rank) => {
    const length = 1 + Math.floor(Math.log2(rank + 2) * (0.4 + 0.5 * random()));
    let word = "";
    for (let index = 0; index < length; index++)
      word += letters[Math.floor(random() ** 2 * letters.length)] as string;
    return word;
  });
}

async function writeThread(
  directory: string,
  thread: number,
  room: number,
  random: () => number,
  words: string[],
): Promise<number> {
  const isGroup = thread % 7 === 3;
  const people = Array.from({ length: isGroup ? 4 : 1 }, (_, index) => `Amigo Número ${thread * 10 + index}`);
  const section = thread % 5 === 1 ? "e2ee_cutover" : "inbox";
  const folder = path.join(
    directory,
    "your_facebook_activity/messages",
    section,
    `amigo_${100_000 + thread}`,
  );
  await mkdir(folder, { recursive: true });
  const parts = Math.max(1, Math.round(room / bytesAPart));
  const size = Math.min(messagesAPart, Math.ceil(room / parts / bytesAMessage));
  let sentAt = Date.UTC(2024, 0, 1) - thread * 3_600_000;
  let written = 0;
  for (let part = 1; part <= parts; part++) {
    const messages: string[] = [];
    for (let index = 0; index < size; index++) {
      sentAt -= Math.floor(random() < 0.05 ? random() * 4e7 : random() * 6e4) + 1;
      const sender = random() < 0.45 ? owner : (people[Math.floor(random() * people.length)] as string);
      messages.push(message(sender, sentAt, random, words));
    }
    written += await writePart(path.join(folder, `message_${part}.json`), people, messages);
  }
  return written;
}

const bytesAMessage = 255;
const bytesAPart = messagesAPart * bytesAMessage;

function message(sender: string, sentAt: number, random: () => number, words: string[]): string {
  const fields = [`"sender_name": ${facebookString(sender)}`, `"timestamp_ms": ${sentAt}`];
  const kind = random();
  if (kind < 0.93) fields.push(`"content": ${facebookString(sentence(random, words))}`);
  else if (kind < 0.97)
    fields.push(
      `"photos": [\n        {\n          "uri": "your_facebook_activity/messages/inbox/photos/${sentAt}.jpg",\n          "creation_timestamp": ${Math.floor(sentAt / 1000)}\n        }\n      ]`,
    );
  else fields.push(`"share": {\n        "link": "https://example.org/${sentAt}"\n      }`);
  if (random() < 0.06)
    fields.push(
      `"reactions": [\n        {\n          "reaction": ${facebookString("😆")},\n          "actor": ${facebookString(owner)}\n        }\n      ]`,
    );
  fields.push(`"is_geoblocked_for_viewer": false`, `"is_unsent_image_by_messenger_kid_parent": false`);
  return `    {\n      ${fields.join(",\n      ")}\n    }`;
}

const emoji = ["😂", "❤️", "😭", "👍", "🙈"];

function sentence(random: () => number, words: string[]): string {
  const length = 1 + Math.floor(14 * random() ** 2);
  const parts = Array.from(
    { length },
    () => words[Math.floor(words.length ** random()) - 1] ?? (words[0] as string),
  );
  if (random() < 0.1) parts.push(emoji[Math.floor(random() * emoji.length)] as string);
  const text = parts.join(" ");
  return random() < 0.3 ? `${text[0]?.toUpperCase()}${text.slice(1)}${random() < 0.5 ? "." : "?"}` : text;
}

/** Each UTF-8 byte of a character outside ASCII as one escape, as Facebook writes. */
function facebookString(text: string): string {
  return JSON.stringify(text).replace(/[\u0080-\uffff]+/g, (characters) =>
    Array.from(Buffer.from(characters, "utf8"), (byte) => `\\u00${byte.toString(16)}`).join(""),
  );
}

async function writePart(file: string, people: string[], messages: string[]): Promise<number> {
  const participants = [...people, owner].map(
    (name) => `    {\n      "name": ${facebookString(name)}\n    }`,
  );
  const out = createWriteStream(file, { mode: 0o600 });
  out.write(`{\n  "participants": [\n${participants.join(",\n")}\n  ],\n  "messages": [\n`);
  out.write(messages.join(",\n"));
  out.end(
    `\n  ],\n  "title": ${facebookString(people[0] as string)},\n  "is_still_participant": true,\n  "thread_path": "inbox/x",\n  "magic_words": []\n}`,
  );
  await finished(out);
  return out.bytesWritten;
}

/** The file that tells whose export it is. */
export async function writeProfile(directory: string, owner: string): Promise<void> {
  const folder = path.join(directory, "personal_information/profile_information");
  await mkdir(folder, { recursive: true });
  const out = createWriteStream(path.join(folder, "profile_information.json"));
  out.end(`{"profile_v2": {"name": {"full_name": ${facebookString(owner)}}}}`);
  await finished(out);
}

/** Writes one encrypted chat of about so many bytes: real UTF-8, oldest first, in a single file. */
export async function writeSyntheticChat(
  file: string,
  { bytes, seed = 1 }: SyntheticExport,
): Promise<number> {
  await mkdir(path.dirname(file), { recursive: true });
  const random = seededRandom(seed);
  const words = inventWords(random, 20_000);
  const out = createWriteStream(file, { mode: 0o600 });
  out.write(
    `{\n  "participants": [\n    "${owner}",\n    "Zoë Fox"\n  ],\n  "threadName": "Zoë Fox_1",\n  "messages": [\n`,
  );
  let sentAt = Date.UTC(2024, 0, 1);
  for (let written = 0; written < bytes; ) {
    let chunk = "";
    for (let index = 0; index < 1000; index++) {
      sentAt += Math.floor(random() * 60_000);
      const text = JSON.stringify(sentence(random, words));
      const name = random() < 0.45 ? owner : "Zoë Fox";
      chunk += `    {\n      "isUnsent": false,\n      "media": [],\n      "reactions": [],\n      "senderName": "${name}",\n      "text": ${text},\n      "timestamp": ${sentAt},\n      "type": "text"\n    },\n`;
    }
    written += Buffer.byteLength(chunk);
    if (written >= bytes) chunk = chunk.slice(0, -2);
    if (!out.write(chunk)) await new Promise<void>((resolve) => out.once("drain", resolve));
  }
  out.end("\n  ]\n}\n");
  await finished(out);
  return out.bytesWritten;
}
