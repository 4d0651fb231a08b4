import { expect, test } from "vitest";
import { Memories, StateFile } from "../../../src/serve/index.ts";
import { ids } from "../../discord-server/index.ts";
import { connect, eventually, lastWords, scripted } from "./connect.ts";
import { settingsWith } from "./settings-with.ts";

test("what the bot says in its own name is none of the persona's words, whoever replies to it", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({
    memories,
    persona: scripted((turns) => [`re ${lastWords(turns)}`]),
    state: new StateFile(undefined, () => {}),
    settings: settingsWith({ perPerson: 1 }),
  });
  const [ben, zoe, kim] = [server.friend("Ben"), server.friend("Zoe"), server.friend("Kim")];
  ben.says(`<@${ids.bot}> one`, { in: ids.busy });
  await server.untilSaid("re one", { in: ids.busy });
  ben.says(`<@${ids.bot}> two`, { in: ids.busy });
  await server.untilSaid(/a lot at once/, { in: ids.busy });
  await ben.types("/reset", { in: ids.busy }).words();
  const [introduction, , tooMuch, reset] = server.said({ in: ids.busy });
  if (introduction === undefined || tooMuch === undefined || reset === undefined)
    throw new Error("It said so.");

  zoe.replies(introduction, "are you?");
  await server.untilSaid("re are you?", { in: ids.busy });
  kim.replies(tooMuch, "poor Ben");
  await server.untilSaid("re poor Ben", { in: ids.busy });
  server.friend("Uma").replies(reset, "about cake");
  await server.untilSaid("re about cake", { in: ids.busy });

  await eventually(() => expect(remembered()).toEqual(talk));

  function remembered(): string[] {
    const talks = [memories.get(ids.busy), ...memories.under(`${ids.busy}/`)];
    return talks.flatMap(({ turns }) => turns.flatMap(({ bubbles }) => bubbles)).toSorted();
  }
});

const talk = ["about cake", "are you?", "poor Ben", "re about cake", "re are you?", "re poor Ben"];
