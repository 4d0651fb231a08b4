import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { serveRunAndChoices } from "../../../../src/commands/serving/open-run.ts";
import { furtherVoices } from "../../../../src/commands/serving/voices.ts";
import { type RunRecord, readRun, runDirectory } from "../../../../src/handoffs/index.ts";
import { Memories } from "../../../../src/serve/index.ts";
import { type Friend, ids } from "../../../discord-server/index.ts";
import { oldWorkspace } from "../../../new-workspace.ts";
import { connect, eventually } from "../../../serve/discord/connect.ts";
import { settingsWith } from "../../../serve/discord/settings-with.ts";
import { mannersWith } from "../../../serve/manners-with.ts";
import { commandContext } from "../command-context.ts";

/** Two finished runs of one person, with real models that babble. */
const [own, other] = ["f2b3e88375", "916e71c1b1"] as const;
const otherName = `Ána Lima (${other})`;

test("two runs and a model speak side by side in one bot, each where it was chosen, and remember what was said to them", async () => {
  const { server, model, memories } = await botOfSeveral();
  const ben = server.friend("Ben");
  expect(await ben.types("/model", { in: ids.open }).words()).toBe(
    [
      `**›** Ána Lima: run ${own}, trained on scratch:1x1x16`,
      `· ${otherName}: run ${other}, trained on scratch:1x1x16`,
      "· model: instruction model model",
    ].join("\n"),
  );
  expect(await ben.isOffered("/persona use name:916")).toEqual([{ name: otherName, value: otherName }]);
  expect(await answerTo("first", ben, ids.open)).toContain(`I am run ${own}, trained on`);

  expect(await ben.types(`/persona use name:${otherName}`, { in: ids.open }).words()).toBe(
    `${otherName} speaks here from now on (run ${other}, trained on scratch:1x1x16).`,
  );
  expect(await answerTo("second", ben, ids.open)).toContain(`I am run ${other}, trained on`);
  expect(await answerTo("third", ben, ben.direct)).toContain(`I am run ${own}, trained on`);

  await ben.types("/model name:model", { in: ids.open }).words();
  expect(await answerTo("fourth", ben, ids.open)).toContain("I am model, asked in the format chatml");
  await ben.types("/model name:Ána Lima", { in: ids.open }).words();
  expect(await answerTo("fifth", ben, ids.open)).toContain(`I am run ${own}, trained on`);

  const heard = memories.get(ids.open).turns.filter(({ isPersona }) => !isPersona);
  expect(heard.flatMap(({ bubbles }) => bubbles)).toEqual(["first", "fifth"]);
  const loaded = (await server.friend("Ana").types("/stats").words()).split("\n").slice(0, 3);
  expect(loaded.map((line) => line.slice(0, 40))).toEqual([
    expect.stringContaining(`run ${own}`),
    expect.stringContaining(`run ${other}`),
    expect.stringContaining("**model**: model"),
  ]);
  expect(model).toContain("model.gguf");

  /** Which run or model has answered, as the menu of its message says. */
  async function answerTo(words: string, friend: Friend, channel: string): Promise<string> {
    const before = server.said({ in: channel }).length;
    const asked = friend.says(words, { in: channel });
    const said = await server.untilSaid(before + 1, { in: channel });
    const answer = said.findLast(({ id }) => BigInt(id) > BigInt(asked.id));
    if (answer === undefined) throw new Error("It has answered.");
    let why = "";
    // That is known once the whole answer is said.
    await eventually(async () => {
      why = await friend.uses("Why this?", answer).words();
      expect(why).toContain("I am");
    });
    return why;
  }
});

async function botOfSeveral() {
  const workspace = await oldWorkspace();
  const context = await commandContext(workspace);
  const model = path.join(runDirectory(workspace, own), "model.gguf");
  const flags = { gpu: "cpu", guard: "off", patience: 0, format: "chatml" } as const;
  const serving = await serveRunAndChoices(context, (await readRun(workspace, own)) as RunRecord, {
    flags,
    isNamed: true,
  });
  onTestFinished(() => serving.close());
  const memories = new Memories({ persona: serving.persona.name });
  const settings = settingsWith({ personas: [other], models: [model] });
  const voices = furtherVoices(context, { settings, flags, mayLeak: true, memories });
  const { persona } = serving;
  const manners = mannersWith({});
  const { server } = await connect({ persona, memories, manners, settings, voices });
  return { server, model, memories };
}
