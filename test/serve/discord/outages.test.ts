import { expect, test } from "vitest";
import { ids } from "../../discord-server/index.ts";
import { connect, contents, newLog } from "./connect.ts";

const send = "POST /channels/{channel_id}/messages";

test("what is said while Discord is away for a moment is said once it is back", async () => {
  const { server } = await connect();
  // More often than the client tries by itself.
  server.fails({ on: send, status: 503, times: 5 });
  server.friend("Ben").says("there?");
  await server.untilSaid(1);

  expect(contents(server)).toEqual(["Friend: there?"]);
});

test("what was taken by Discord is not said twice where only the answer was lost", async () => {
  const { server } = await connect();
  server.fails({ on: send, breaks: "after", times: 1 });
  server.friend("Ben").says("one");
  await expect.poll(() => server.requestsTo(send).length, { timeout: 30_000 }).toBe(2);
  server.friend("Ben").says("two");
  await server.untilSaid("Friend: two");

  expect(server.said().map(({ content }) => content)).toEqual(["Friend: one", "Friend: two"]);
});

test("what is refused is not sent again", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({ log });
  server.forbid(ids.open, "SendMessages");
  server.friend("Ben").says("hi", { in: ids.open });
  await expect.poll(() => lines.join(""), { timeout: 30_000 }).toContain("Missing Permissions");

  const sent = server.requestsTo(send).filter(({ parameters }) => parameters.channel_id === ids.open);
  expect(sent).toHaveLength(1);
});
