import { expect, test } from "vitest";
import { Memories } from "../../../../src/serve/index.ts";
import { ids } from "../../../discord-server/index.ts";
import { mannersWith } from "../../manners-with.ts";
import { connect, scripted } from "../connect.ts";

const offers = [
  {
    key: "zoe",
    name: "Zoe",
    reference: "5678",
    kind: "persona" as const,
    about: "run 5678, trained on gpt2",
  },
  { key: "dolly", name: "Dolly", reference: "dolly.gguf", kind: "model" as const, about: "dolly-v2" },
];

function others(voices = offers) {
  return {
    keys: () => voices.map(({ key }) => key),
    offers: async () => voices,
    open: async (key: string) => ({
      persona: scripted(() => [`this is ${key}`]),
      memories: new Memories({ persona: key }),
      manners: mannersWith({}),
      friendOf: () => undefined,
      close: async () => {},
    }),
  };
}

test("/persona and /model change who speaks in a channel, and offer names while one is typed", async () => {
  const { server } = await connect({ voices: others() });
  const ben = server.friend("Ben");
  expect(await ben.types("/persona list").words()).toBe(
    "**›** Ana: run 1234, trained on gpt2-large\n· Zoe: run 5678, trained on gpt2",
  );
  expect(await ben.isOffered("/persona use name:z")).toEqual([{ name: "Zoe", value: "Zoe" }]);
  expect(await ben.types("/persona use name:Zoe").words()).toContain("Zoe speaks here from now on");
  ben.says("who is there?");
  await server.untilSaid("this is zoe");
  expect(await ben.types("/model name:Dolly").words()).toContain("Dolly speaks here");
  ben.says("and now?");
  await server.untilSaid("this is dolly");
});

test("a channel is told who speaks there; lists, and names that mean nobody, are for whoever asks", async () => {
  const { server } = await connect({ voices: others() });
  const ben = server.friend("Ben");
  const use = ben.types("/persona use name:Zoe", { in: ids.busy });
  const [list, model, wrong] = [
    ben.types("/persona list", { in: ids.busy }),
    ben.types("/model", { in: ids.busy }),
    ben.types("/model name:@everyone discord.gg/abc", { in: ids.busy }),
  ];
  await Promise.all([use, list, model, wrong].map((asked) => asked.words()));

  expect(use.isEphemeral).toBe(false);
  expect([list, model, wrong].map(({ isEphemeral }) => isEphemeral)).toEqual([true, true, true]);
  expect(await wrong.words()).toContain(" here. /model shows who there is.");
  expect(server.said({ in: ids.busy })).toHaveLength(1);
});

test("a voice that is chosen is told of, however slowly Discord takes up that an answer will come", async () => {
  const { server } = await connect({ voices: others() });
  const on = "POST /interactions/{interaction_id}/{interaction_token}/callback";
  server.fails({ on, times: 1, delayMs: 1500 });

  expect(await server.friend("Ben").types("/persona use name:Zoe").words()).toContain("Zoe speaks here");
});

test("where one voice is served there is nothing to choose from, and no command for it", async () => {
  const { server } = await connect();

  expect(server.commands).not.toContain("persona");
  expect(server.commands).not.toContain("model");
});

test("a voice with a long name is offered by a part of it, and speaks when that is chosen", async () => {
  const [zoe] = offers as [(typeof offers)[number]];
  const { server } = await connect({
    voices: others([{ ...zoe, name: `Zoe ${"of the Moors ".repeat(20)}` }]),
  });
  const ben = server.friend("Ben");
  const [offered] = await ben.isOffered("/persona use name:zoe");
  expect(offered?.name.length).toBe(100);
  expect(await ben.types(`/persona use name:${offered?.value}`).words()).toContain("speaks here from now on");
  ben.says("who is there?");

  await server.untilSaid("this is zoe");
});
