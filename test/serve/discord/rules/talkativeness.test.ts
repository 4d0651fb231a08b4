import { expect, test } from "vitest";
import { ids } from "../../../discord-server/index.ts";
import { mannersWith } from "../../manners-with.ts";
import { connect, eventually, newLog, scripted } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

test("how readily it speaks is set by channel, by name and by id, and a thread is as its channel is", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({
    log,
    persona: {
      ...scripted((turns) => [`to ${turns.at(-1)?.bubbles.at(-1)}`]),
      chanceOfSpeaking: async () => 0.1,
    },
    manners: mannersWith({ talkativeness: 1 }),
    settings: settingsWith({
      channels: ["*"],
      channelTalkativeness: { "*": 0, "persona-*": 2, [ids.busy]: 2, general: 0 },
    }),
  });
  const quiet = server.channel("quiet");
  const thread = server.channel("plans", { type: "thread", parent: ids.busy });
  const people = [server.friend("Ben"), server.friend("Zoe")];
  for (const place of [quiet, ids.open, ids.busy, thread])
    for (const friend of people) friend.says(`from ${friend.id} in ${place}`, { in: place });
  for (const place of [ids.open, ids.busy, thread])
    await server.untilSaid(`to from ${ids.zoe} in ${place}`, { in: place });
  await eventually(() => expect(lines.join("")).toContain("it was not addressed"));

  expect(server.said({ in: quiet }).map(({ content }) => content)).not.toContain(
    `to from ${ids.zoe} in ${quiet}`,
  );
});
