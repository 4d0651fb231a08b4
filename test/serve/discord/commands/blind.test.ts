import type { APIMessage } from "discord.js";
import { expect, test } from "vitest";
import { startBot } from "../../../../src/serve/index.ts";
import { ids } from "../../../discord-server/index.ts";
import { connect, defaults } from "../connect.ts";

function ballots() {
  const votes: { answer: number | undefined; relation: string }[] = [];
  const hidden = {
    context: [{ speaker: "Zoe", bubbles: ["are you coming?"] }],
    answers: [{ bubbles: ["maybe"] }, { bubbles: ["sure", "at 8"] }],
    vote: async (answer: number | undefined, relation: string) => void votes.push({ answer, relation }),
  };
  return { votes, backstage: { ballots: { draw: async () => hidden } } };
}

function textsOf(message: APIMessage): string {
  return JSON.stringify(message.components);
}

test("/blind shows hidden answers to the owner alone, and to all in the channel once the owner says so", async () => {
  const { votes, backstage } = ballots();
  const { server } = await connect({ backstage });
  const [owner, ben] = [server.friend("Ana"), server.friend("Ben")];
  const asked = owner.types("/blind", { in: ids.open });
  const card = await asked.answer();
  expect(asked.isEphemeral).toBe(true);
  expect(textsOf(card)).toContain("are you coming?");
  expect(server.said({ in: ids.open })).toEqual([]);
  const shown = await owner.clicks(card, "Ask everybody here").answer();
  expect(server.said({ in: ids.open }).length).toBe(1);
  expect(textsOf(shown)).not.toContain("Ask everybody here");

  const first = await ben.clicks(shown, "2").answer();
  expect(first.content).toContain("One thing first");
  expect(votes).toEqual([]);
  expect(await ben.chooses(first, "Who are you?", "I know Ana").words()).toContain("Your vote is kept.");
  expect(await ben.clicks(shown, "1").words()).toBe("You have already voted on that.");
  const second = await owner.clicks(shown, "I cannot tell").answer();
  await owner.chooses(second, "Who are you?", "I am Ana").words();
  expect(votes).toEqual([
    { answer: 1, relation: "friend" },
    { answer: undefined, relation: "self" },
  ]);
});

test("friends cannot have real messages shown, nor vote on what a restart has forgotten", async () => {
  const { votes, backstage } = ballots();
  const first = await connect({ backstage });
  const owner = first.server.friend("Ana");
  const ben = first.server.friend("Ben");
  expect(await ben.types("/blind", { in: ben.direct }).words()).toBe("Only my owner can do that.");
  const card = await owner.types("/blind").answer();
  expect(await ben.clicks(card, "Ask everybody here").words()).toBe("Only my owner can do that.");
  await first.bot.close();
  const second = await startBot({ ...defaults(first.server.api), backstage });
  const pressed = await owner.clicks(card, "1").words();
  await second.close();

  expect(pressed).toContain("That is too old");
  expect(votes).toEqual([]);
});
