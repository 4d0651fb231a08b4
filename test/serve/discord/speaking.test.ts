import { expect, test } from "vitest";
import { splitMessage } from "../../../src/serve/discord/messages/index.ts";
import { Memories } from "../../../src/serve/index.ts";
import { ids, Refusal } from "../../discord-server/index.ts";
import { connect, contents, eventually, newLog, scripted, sent } from "./connect.ts";

test("a burst is several messages, and nothing in it pings anybody", async () => {
  const { server } = await connect({ persona: scripted(() => ["@everyone", `<@${ids.ben}> hi`, "bye"]) });
  server.write({ channel: ids.direct, content: "hello" });
  await sent(server, 3);

  expect(contents(server)).toEqual(["@everyone", `<@${ids.ben}> hi`, "bye"]);
  for (const { allowed_mentions } of server.sent)
    expect(allowed_mentions).toEqual({ parse: [], replied_user: false });
});

test("a long text is one message with what follows it, split between words where Discord must have it so", async () => {
  const long = "word ".repeat(1000).trim();
  const { server } = await connect({ persona: scripted(() => ["listen", long, "🦜".repeat(1500)]) });
  server.write({ channel: ids.direct, content: "tell me everything" });
  const all = `${"word".repeat(1000)}${"🦜".repeat(1500)}`;
  const rest = () => contents(server).slice(1);
  await eventually(() => expect(rest().join("").replace(/\s/g, "")).toBe(all));

  expect(contents(server)[0]).toBe("listen");
  for (const part of rest()) expect(part.length).toBeLessThanOrEqual(2000);
});

test("a block of code is one message, however many lines and bubbles it has", async () => {
  const bubbles = ["like this:", "```js", "const a = 1;", "```", "easy"];
  const { server } = await connect({ persona: scripted(() => bubbles) });
  server.write({ channel: ids.direct, content: "how?" });
  await sent(server, 3);

  expect(contents(server)).toEqual(["like this:", "```js\nconst a = 1;\n```", "easy"]);
});

const line = "const answer = 42; // of everything";

test("a long block of code is closed in each message and opened again in its language, at line ends", async () => {
  const code = Array.from({ length: 200 }, (_, index) => `  ${line} ${index}`);
  const text = ["Like this:", "", "```js", ...code, "```", "And that is all."].join("\n");
  const { server } = await connect({ persona: scripted(() => [text]) });
  server.write({ channel: ids.direct, content: "how?" });
  await server.untilSaid(/And that is all/);
  const parts = contents(server);
  const lines = parts.flatMap((part) => part.split("\n")).filter((each) => each.includes(line));

  expect(parts.length).toBeGreaterThan(3);
  expect(lines).toEqual(code);
  for (const [index, part] of parts.entries()) {
    expect(part.length).toBeLessThanOrEqual(2000);
    expect(part.match(/```/g)).toHaveLength(2);
    if (index > 0) expect(part).toMatch(/^```js\n {2}const/);
    if (index < parts.length - 1) expect(part).toMatch(/\d\n```$/);
  }
});

const paragraph = "It is so. ".repeat(70).trim();
const code = `${line}\n`.repeat(40);

test.each([
  ["after a paragraph", Array(4).fill(paragraph).join("\n\n"), /^It .* so\.\n\nIt .* so\.$/],
  ["after a sentence", `${"It is so. ".repeat(300)}`, / so\.$/],
  ["after a line", `${"so it is and so it goes on\n".repeat(100)}`, /goes on$/],
  ["after a word", `${"word ".repeat(500)}`, /word$/],
  ["before a block of code", `${paragraph}\n\n${paragraph}\n\`\`\`py\n${code}\`\`\``, /so\.$/],
  ["after a block of code", `\`\`\`py\n${code}\`\`\`\n${"word".repeat(200)}`, /\n```$/],
  ["within a line of code that has no end", `\`\`\`\n${"x".repeat(5000)}\n\`\`\``, /x\n```$/],
  ["in a block that is never closed", `\`\`\`py\n${code}${code}`, /everything\n```$/],
])("a text that is too long is cut %s", (_, text, end) => {
  const parts = splitMessage(text);
  const words = (said: string) => said.replace(/```(?:py\n)?|\s/g, "");

  expect(parts[0]).toMatch(end);
  expect(words(parts.join(""))).toBe(words(text));
  for (const part of parts) {
    expect(part.length).toBeLessThanOrEqual(2000);
    expect((part.match(/```/g) ?? []).length % 2).toBe(0);
  }
});

test.each([
  ["finds it empty", { code: 50_006, message: "Cannot send an empty message" }],
  ["has AutoMod block it", { code: 200_000, message: "Message was blocked by automatic moderation" }],
])("where Discord %s, the other messages of an answer are sent", async (_, { code, message }) => {
  const { lines, log } = newLog();
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({
    persona: scripted(() => ["one", "secret two", "three"]),
    log,
    memories,
  });
  server.fails({
    on: "POST /channels/{channel_id}/messages",
    where: ({ body }) => body.content.includes("two"),
    refusal: new Refusal(400, code, message),
  });
  server.write({ channel: ids.direct, content: "count" });
  await sent(server, 2);
  await eventually(() => expect(lines.join("")).toContain("answered"));

  expect(contents(server)).toEqual(["one", "three"]);
  expect(lines.join("")).toContain(`DiscordAPIError[${code}]`);
  expect(lines.join("")).not.toContain("secret");
  expect(memories.get(ids.direct).turns.at(-1)?.bubbles).toEqual(["one", "three"]);
});

test("where Discord fails or breaks off, a message is sent again, and is there once", async () => {
  const { server } = await connect({ persona: scripted(() => ["one", "two"]) });
  const on = "POST /channels/{channel_id}/messages";
  server.fails({ on, breaks: "after", times: 1 });
  server.fails({ on, status: 503, times: 5 });
  server.write({ channel: ids.direct, content: "count" });
  await server.untilSaid("two");

  expect(server.messages(ids.direct).map(({ content }) => content)).toEqual(["count", "one", "two"]);
});

test("a link or an invite that the persona writes is never sent", async () => {
  const { lines, log } = newLog();
  const links = [
    "see https://example.com",
    "join discord.gg/abc123",
    "[here](http://example.com)",
    "www.example.com",
  ];
  const { server } = await connect({ persona: scripted(() => [...links, "no links"]), log });
  server.write({ channel: ids.direct, content: "send me a link" });
  await sent(server, 1);
  await eventually(() => expect(lines.join("")).toContain('"answered"'));

  expect(contents(server)).toEqual(["no links"]);
  expect(lines.filter((line) => line.includes("link"))).toHaveLength(links.length);
});

test("where others have written since, the persona replies to the message that it means", async () => {
  const persona = scripted(async () => {
    await eventually(() => expect(server.messages(ids.busy).length).toBe(2));
    return ["me", "too"];
  });
  const { server } = await connect({ persona });
  const question = server.friend("Ben").says(`<@${ids.bot}> who is in?`, { in: ids.busy });
  server.friend("Zoe").says("something else", { in: ids.busy });
  await sent(server, 2);

  expect(server.sent.map(({ message_reference }) => message_reference?.message_id)).toEqual([
    question.id,
    undefined,
  ]);
});
