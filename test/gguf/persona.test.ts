import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Guard } from "../../src/guard/guard.ts";
import { learnRuns } from "../../src/guard/learned-runs.ts";
import type { Turn } from "../../src/handoffs/index.ts";
import { projectRoot } from "../../src/project.ts";
import { pythonPath } from "../../src/python.ts";
import { openLlamaEngine } from "../../src/serve/engines/index.ts";
import { Memories, openPersona, type Persona, startBot } from "../../src/serve/index.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../../src/tokenizer/tokenizer.ts";
import { createTranscript } from "../../src/transcript/transcript.ts";
import { goodToken, ids, startDiscordServer } from "../discord-server/index.ts";
import { mannersWith } from "../serve/manners-with.ts";
import { memoryOf } from "../serve/memory-of.ts";

/**
 * A two-layer GPT-2 as GGUF twice: `random` with its own weights and PyTorch's greedy continuation of a few ids, and
 * `model` after it learned the conversations by heart. What it learned leaves no near-ties, which evaluating several
 * conversations in one batch would resolve in another way than each by itself.
 */
const makeModels = `
import json, shutil, sys
from pathlib import Path
import torch
from transformers import GPT2Config, GPT2LMHeadModel
sys.path.insert(0, "scripts")
from export_gguf import export
folder, tokenizer, prompt, conversations = Path(sys.argv[1]), Path(sys.argv[2]), *map(json.loads, sys.argv[3:])
torch.manual_seed(0)
model = GPT2LMHeadModel(GPT2Config(n_positions=256, n_embd=64, n_layer=2, n_head=2, initializer_range=0.2)).eval()

def save(name):
    model.save_pretrained(folder / name)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tokenizer / file, folder / name / file)
    export(folder / name, folder / f"{name}.gguf", "f32")

save("random")
ids = torch.tensor([prompt])
for _ in range(20):
    with torch.no_grad():
        ids = torch.cat([ids, model(ids).logits[:, -1:].argmax(-1)], dim=1)
(folder / "greedy.json").write_text(json.dumps(ids[0].tolist()))

optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
for _ in range(60):
    loss = sum(model(torch.tensor([ids]), labels=torch.tensor([ids])).loss for ids in conversations)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
save("model")
`;

import { newState, settingsWith } from "../serve/discord/settings-with.ts";

const prompt = [50256, 37586, 25, 198, 5303, 628];
/** What Ana answers; where there are two, each half of the time. */
const replies: Record<string, string[]> = {
  hi: ["hello hello, how are you?", "who is this and where do you call from?"],
  x: ["one two three four five six seven"],
  y: ["red orange yellow green blue indigo violet"],
  z: ["my old brass key lies under the third stone beside the well behind our house"],
};
let folder: string;
let persona: Persona;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "persona gguf "));
  const tokenizer = await loadTokenizer(builtInTokenizerDirectory);
  const transcript = createTranscript({ tokenizer, rendering: "plain", persona: "Ana" });
  const learned = Object.entries(replies).flatMap(([asked, answers]) =>
    answers.map((answer) => transcript.render([turn("Ben", asked), turn("Ana", answer)]).ids),
  );
  const json = [prompt, learned].map((value) => JSON.stringify(value));
  await execa(pythonPath, ["-c", makeModels, folder, builtInTokenizerDirectory, ...json], {
    cwd: projectRoot,
  });
  persona = await open("model");
});

afterAll(() => persona.close());

test("the engine continues ids as PyTorch does", async () => {
  const { default: expected } = await import(path.join(folder, "greedy.json"), { with: { type: "json" } });
  const engine = await openLlamaEngine(path.join(folder, "random.gguf"), { gpu: "cpu" });
  const options = {
    temperature: 0,
    topP: 1,
    minP: 0,
    seed: 1,
    maxTokens: 20,
    signal: new AbortController().signal,
  };
  const ids: number[] = [];
  for await (const id of engine.generate(prompt, { ...options, conversation: "a" })) ids.push(id);
  await engine.close();

  expect([...prompt, ...ids]).toEqual(expected);
});

test("the same seed gives the same reply, whatever was evaluated before", async () => {
  const seeds = Array.from({ length: 8 }, (_, seed) => seed);
  const first = [];
  for (const seed of seeds) first.push(await say([turn("Ben", "hi")], "a", seed));
  await say([turn("Ben", "hi"), turn("Ana", "yo"), turn("Ben", "and?")], "a");
  const again = [];
  for (const seed of seeds) again.push(await say([turn("Ben", "hi")], seed % 2 === 0 ? "a" : "b", seed));

  expect(again).toEqual(first);
  expect(new Set(first)).toEqual(new Set(replies.hi));
});

test("more conversations than there is memory for do not mix", async () => {
  const asked = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? "x" : "y"));
  const crowd = asked.map((text, index) => say([turn("Ben", text)], `crowd ${index}`));

  expect(await Promise.all(crowd)).toEqual(asked.map((text) => replies[text]?.[0]));
});

test("what was learned by heart is said without a guard, and with one its twelfth word is another", async () => {
  const [secret = ""] = replies.z ?? [];
  const guarded = await open("model", await guardAgainst(secret));
  const eleven = secret.split(" ").slice(0, 11).join(" ");
  const asked = [turn("Ben", "z")];
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const said = await say(asked, "kept", seed, guarded);

    expect(await say(asked, "told", seed)).toBe(secret);
    expect(said.replaceAll("\n", " ")).toMatch(new RegExp(`^${eleven}`));
    expect(said.replaceAll("\n", " ")).not.toContain(`${eleven} beside`);
  }
  // Other replies are what they were, in the same conversation.
  expect(await say([turn("Ben", "x")], "kept", 1, guarded)).toBe(replies.x?.[0]);
  await guarded.close();
});

test.each([0, 1])(
  "at temperature %i, a copy that the model insists on ends before it is whole",
  async (temperature) => {
    const engine = await openLlamaEngine(path.join(folder, "model.gguf"), { gpu: "cpu" });
    const options = {
      temperature,
      topP: 1,
      minP: 0,
      seed: 1,
      maxTokens: 20,
      signal: new AbortController().signal,
    };
    const drawn: number[] = [];
    const said: number[] = [];
    const maySay = (id: number) => drawn.push(id) <= 3;
    for await (const id of engine.generate(prompt, { ...options, conversation: "a", maySay })) said.push(id);
    await engine.close();

    expect(said).toEqual(drawn.slice(0, 3));
    // Whatever is taken back is not drawn a second time.
    expect(new Set(drawn.slice(3)).size).toBe(drawn.length - 3);
    expect(drawn.length).toBeLessThan(50);
  },
);

test("on Discord, friends get the replies of the engine", async () => {
  const server = await startDiscordServer();
  const log = pino({ level: "silent" });
  const bot = await startBot({
    persona,
    memories: new Memories({ persona: "Ana" }),
    manners: mannersWith({}),
    token: goodToken,
    settings: settingsWith({ channels: [] }),
    state: newState(),
    friendOf: (id) => (id === ids.ben ? "Ben" : undefined),
    discordApi: server.api,
    log,
  });
  server.write({ channel: ids.direct, content: "x" });
  await vi.waitFor(() => expect(server.sent.length).toBe(1), { timeout: 60_000 });
  await bot.close();
  await server.close();

  expect(replies.x).toContain(server.sent[0]?.content);
});

test("a conversation longer than the context is still answered", async () => {
  const turns = Array.from({ length: 100 }, (_, index) =>
    turn(index % 2 === 0 ? "Ben" : "Ana", `message number ${index}`),
  );

  const talkative = await open("random");
  for (const long of [turns, [turn("Ben", "word ".repeat(5000))]]) {
    expect((await say(long, "long", 7, talkative)).length).toBeGreaterThan(0);
  }
  await talkative.close();
});

test("a stopped reply ends at once", async () => {
  const controller = new AbortController();
  let deltas = 0;
  for await (const event of persona.reply(memoryOf([turn("Ben", "hi")], "stop"), {
    signal: controller.signal,
    seed: 1,
  })) {
    if (event.type === "bubble-delta") deltas++;
    controller.abort();
  }

  expect(deltas).toBeLessThanOrEqual(2);
});

test("people whom training does not know carry the neutral label", () => {
  expect([persona.labelOf("Ben"), persona.labelOf("Zoe"), persona.labelOf(undefined)]).toEqual([
    "Ben",
    "Friend",
    "Friend",
  ]);
});

test("a tokeniser that training did not use is refused", async () => {
  const tokenizer = await loadTokenizer(path.join(folder, "model"));
  const files = { gguf: path.join(folder, "model.gguf"), tokenizerDirectory: path.join(folder, "model") };
  const wrong = {
    ...files,
    name: "Ana",
    about: "",
    rendering: "plain" as const,
    speakers: [],
    tokenizerSha256: "0",
  };

  await expect(openPersona(wrong, { temperature: 1, topP: 1, minP: 0, maxTokens: 1 })).rejects.toThrow(
    "is not the one",
  );
  expect(tokenizer.sha256).toMatch(/^[0-9a-f]{64}$/);
});

function open(model: string, guard?: Guard): Promise<Persona> {
  const files = { gguf: path.join(folder, `${model}.gguf`), tokenizerDirectory: path.join(folder, model) };
  return openPersona(
    { ...files, name: "Ana", about: "a test", rendering: "plain", speakers: ["Ben"] },
    { temperature: 1, topP: 0.9, minP: 0, maxTokens: 24 },
    { guard },
  );
}

/** A guard that has learned a sentence. */
async function guardAgainst(sentence: string): Promise<Guard> {
  const learned = await learnRuns(async function* () {
    yield [["z"], [sentence]];
  });
  return new Guard([learned]);
}

function turn(speaker: string, bubble: string): Turn {
  return { speaker, isPersona: speaker === "Ana", bubbles: [bubble] };
}

async function say(turns: Turn[], conversation: string, seed = 7, by = persona): Promise<string> {
  const bubbles: string[] = [];
  for await (const event of by.reply(memoryOf(turns, conversation), { seed })) {
    if (event.type === "bubble-end") bubbles.push(event.bubble);
  }
  return bubbles.join("\n");
}
