import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import path from "node:path";
import { finished } from "node:stream/promises";
import yazl from "yazl";
import * as z from "zod";
import { runScript } from "../python.ts";
import { asideName, makePrivateDirectory } from "../workspace.ts";
import { inventedName } from "./invented-names.ts";

const SampleMessage = z.object({
  conversation: z.int(),
  sender: z.int(),
  isPersona: z.boolean(),
  sentAt: z.int(),
  text: z.string(),
});
type SampleMessage = z.infer<typeof SampleMessage>;

/** Whose export it is: an invented name for whoever wrote most. */
export const samplePersona = "Inês Duarte";

const messagesAPart = 10_000;
const root = "your_facebook_activity/messages";

/**
 * Writes real sample conversations as a Messenger export, with the quirks of a real one: one escaped character for each
 * UTF-8 byte, newest message first, parts of 10,000, several sections, Messenger's own sentences between people's words.
 */
export async function writeSampleExport(file: string): Promise<void> {
  const threads = new Map<number, SampleMessage[]>();
  let partner: number | undefined;
  let waiting: SampleMessage[] = [];
  const flush = () => {
    if (partner !== undefined) threads.set(partner, [...(threads.get(partner) ?? []), ...waiting]);
    waiting = [];
    partner = undefined;
  };
  for await (const line of runScript("sample_conversations.py", [])) {
    const message = SampleMessage.parse(line);
    if (waiting[0] !== undefined && waiting[0].conversation !== message.conversation) flush();
    if (!message.isPersona) partner ??= message.sender;
    waiting.push(message);
  }
  flush();
  await writeZip(file, threads);
}

async function writeZip(file: string, threads: Map<number, SampleMessage[]>): Promise<void> {
  await makePrivateDirectory(path.dirname(file));
  const aside = asideName(file);
  const zip = new yazl.ZipFile();
  const written = finished(zip.outputStream.pipe(createWriteStream(aside, { mode: 0o600 })));
  const profile = { profile_v2: { name: { full_name: samplePersona } } };
  zip.addBuffer(facebookJson(profile), "personal_information/profile_information/profile_information.json");
  for (const [index, [partner, messages]] of [...threads].entries()) {
    for (const [name, content] of threadParts(index, inventedName(partner), messages))
      zip.addBuffer(facebookJson(content), name);
  }
  zip.end();
  await written;
  await rename(aside, file);
}

function* threadParts(
  index: number,
  partner: string,
  messages: SampleMessage[],
): Generator<[string, object]> {
  const section = index % 4 === 1 ? "e2ee_cutover" : index % 9 === 5 ? "archived_threads" : "inbox";
  const slug = partner.toLowerCase().replace(/[^a-z]/g, "");
  const folder = `${section}/${slug}_${1_000_200_030 + index}`;
  const newestFirst = messages
    .toSorted((a, b) => b.sentAt - a.sentAt)
    .map((message) => toFacebook(message, partner));
  newestFirst.push(greeting(partner, messages));
  for (let part = 0; part * messagesAPart < newestFirst.length; part++) {
    yield [
      `${root}/${folder}/message_${part + 1}.json`,
      {
        participants: [{ name: partner }, { name: samplePersona }],
        messages: newestFirst.slice(part * messagesAPart, (part + 1) * messagesAPart),
        title: partner,
        is_still_participant: true,
        thread_path: folder,
        magic_words: [],
      },
    ];
  }
}

function toFacebook({ isPersona, sentAt, text }: SampleMessage, partner: string): object {
  const sender_name = isPersona ? samplePersona : partner;
  return { sender_name, timestamp_ms: sentAt, content: text, is_geoblocked_for_viewer: false };
}

/** The sentence that Messenger puts at the start of a thread. */
function greeting(partner: string, messages: SampleMessage[]): object {
  const first = Math.min(...messages.map(({ sentAt }) => sentAt));
  return { sender_name: partner, timestamp_ms: first - 1000, content: "You are now connected on Messenger." };
}

function facebookJson(value: unknown): Buffer {
  const text = JSON.stringify(value, undefined, 2).replace(/[\u0080-\uffff]+/g, (characters) =>
    Array.from(Buffer.from(characters, "utf8"), (byte) => `\\u00${byte.toString(16)}`).join(""),
  );
  return Buffer.from(text, "ascii");
}
