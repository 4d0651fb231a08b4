// What a plain Node script does with a Messenger export, for `persona bench import` to compare with:
//   node scripts/bench/plain-import.mjs parse EXPORT        JSON.parse alone, the limit of any reader in JavaScript
//   node scripts/bench/plain-import.mjs repair EXPORT OUT   and the mojibake undone, and JSON lines written
//   node scripts/bench/plain-import.mjs assemble CHAT       stream-json's own assembler, for one file of any size
import { createReadStream, createWriteStream, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const [what, target, out] = process.argv.slice(2);

function* parts(directory) {
  for (const name of readdirSync(directory, { recursive: true })) {
    if (/message_\d+\.json$/.test(name)) yield path.join(directory, name);
  }
}

function repaired(text) {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return Buffer.from(text, "latin1").toString("utf8");
  }
  return text;
}

if (what === "parse") {
  for (const file of parts(target)) JSON.parse(readFileSync(file, "latin1"));
} else if (what === "repair") {
  const lines = createWriteStream(out);
  for (const file of parts(target)) {
    let text = "";
    for (const message of JSON.parse(readFileSync(file, "latin1")).messages.reverse()) {
      const { sender_name, timestamp_ms, content = "" } = message;
      text += `${JSON.stringify({ sender: repaired(sender_name), sentAt: timestamp_ms, text: repaired(content) })}\n`;
    }
    if (!lines.write(text)) await new Promise((resolve) => lines.once("drain", resolve));
  }
  lines.end();
} else {
  const { pick } = await import("stream-json/filters/pick.js");
  const { streamArray } = await import("stream-json/streamers/stream-array.js");
  const messages = createReadStream(target)
    .pipe(pick.withParserAsStream({ filter: "messages", packValues: true, streamValues: false }))
    .pipe(streamArray.asStream());
  let count = 0;
  for await (const _ of messages) count++;
  console.error(count);
}
