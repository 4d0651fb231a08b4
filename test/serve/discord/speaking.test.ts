import { expect, test } from "vitest";
import { ids } from "../../discord-server/index.ts";
import { connect, contents, scripted, sent } from "./connect.ts";

test("a burst is several messages, and nothing in it pings anybody", async () => {
  const { server } = await connect({ persona: scripted(() => ["@everyone", `<@${ids.ben}> hi`, "bye"]) });
  server.write({ channel: ids.direct, content: "hello" });
  await sent(server, 3);

  expect(contents(server)).toEqual(["@everyone", `<@${ids.ben}> hi`, "bye"]);
  for (const { allowed_mentions } of server.sent)
    expect(allowed_mentions).toEqual({ parse: [], replied_user: false });
});

test("a bubble over 2,000 characters is split between words", async () => {
  const long = "word ".repeat(1000).trim();
  const { server } = await connect({ persona: scripted(() => [long, "🦜".repeat(1500)]) });
  server.write({ channel: ids.direct, content: "tell me everything" });
  await sent(server, 5);

  expect(contents(server).slice(0, 3).join(" ")).toBe(long);
  expect(contents(server).slice(3).join("")).toBe("🦜".repeat(1500));
});
