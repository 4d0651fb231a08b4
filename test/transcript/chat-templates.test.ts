import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterEach, expect, test, vi } from "vitest";
import type { Turn } from "../../src/handoffs/index.ts";
import { projectRoot } from "../../src/project.ts";
import { pythonPath } from "../../src/python.ts";
import { loadTokenizer, readTokenizerFiles, type Tokenizer } from "../../src/tokenizer/index.ts";
import { createTranscript, usualRendering } from "../../src/transcript/index.ts";
import { chatML, chatTokenizerDirectory } from "../fixtures/tokenizers/chat.ts";

const persona = "Ana Lima";
const system = "You are Ana Lima, chatting with friends.";
const said: Turn[] = [
  { speaker: "Ben", isPersona: false, bubbles: ["are you coming", "hello?"] },
  { speaker: persona, isPersona: true, bubbles: ["yes!", "in ten minutes"] },
  { speaker: "Zoë", isPersona: false, bubbles: ["me too"] },
];
const asMessages = [
  { role: "user", content: "Ben:\nare you coming\nhello?" },
  { role: "assistant", content: "yes!\nin ten minutes" },
  { role: "user", content: "Zoë:\nme too" },
];
const [begin, end] = ["<|endoftext|>", "<|endoftext|>"];

afterEach(() => {
  vi.useRealTimers();
});

test("each template that llama.cpp ships is written as transformers writes it, or left for the plain rendering", {
  timeout: 600_000,
}, async () => {
  const templates = await shippedTemplates();
  const reference = await applyInPython(templates.map(({ text }) => text));
  const asChat: string[] = [];
  for (const [index, { name, text }] of templates.entries()) {
    const directory = await chatTokenizerDirectory({ template: text, specialTokens: specialTokensIn(text) });
    const notes: string[] = [];
    const rendering = await usualRendering(await readTokenizerFiles(directory), (line) => notes.push(line));
    expect(notes, name).toHaveLength(rendering === "plain" ? 1 : 0);
    if (rendering === "plain") continue;

    asChat.push(name);
    const tokenizer = await loadTokenizer(directory);
    const transcript = createTranscript({ tokenizer, rendering, persona });
    const { ids } = transcript.render(said);
    const [withSystem, without] = reference[index] as (string | null)[];
    expect(textOf(ids.slice(0, -1), tokenizer), name).toBe(
      withSystem?.includes(system) ? withSystem : without,
    );
    expect(transcript.parse(ids), name).toEqual(said);
    expect(ids.slice(0, transcript.prompt(said.slice(0, 1)).length)).toEqual(
      transcript.prompt(said.slice(0, 1)),
    );
  }

  expect(templates.length).toBeGreaterThanOrEqual(70);
  expect(asChat.length).toBeGreaterThanOrEqual(34);
});

test("of several templates with names, the one called default is used", async () => {
  const [asked, others] = [
    { name: "default", template: chatML },
    { name: "tool_use", template: "{{ raise_exception('tools alone') }}" },
  ];

  for (const named of [
    [asked, others],
    [others, asked],
  ])
    expect((await tokenizerWith(named)).chatTemplate).toBe(chatML);
  expect((await tokenizerWith([others])).chatTemplate).toBeUndefined();
  expect((await tokenizerWith([null, 3, "default"])).chatTemplate).toBeUndefined();
});

test.each([
  ["text that is no template", "{% for %}"],
  ["a refusal", "{{ raise_exception('Conversation roles must alternate') }}"],
  ["a filter that nobody knows", "{{ messages | nothing_like_it }}"],
  ["no word of the messages", "{{ bos_token }}"],
  ["the messages as they are", "{{ messages }}"],
  ["the system message twice", `{{ messages[0]['content'] }}${chatML}`],
  ["nothing after an answer", "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% endfor %}"],
  ["no special token after an answer", "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"],
])(
  "a template with %s gives two lines when it is asked for, and a note when it is not",
  async (_, template) => {
    const files = await readTokenizerFiles(await chatTokenizerDirectory({ template }));
    const notes: string[] = [];

    expect(await usualRendering(files, (line) => notes.push(line))).toBe("plain");
    expect(notes).toEqual([
      "This model's chat template is not one that turns can be joined with one by one. " +
        "Conversations are written in the plain rendering.",
    ]);
    const tokenizer = await files.load();
    expect(() => createTranscript({ tokenizer, rendering: "chat", persona })).toThrow(
      expect.objectContaining({
        name: "UserError",
        fix: "Choose the plain rendering (persona prepare and persona train take --rendering plain), or another base.",
      }),
    );
  },
);

test("a template that writes today's date is the same on the day of training and on the day of an answer", async () => {
  const dated = chatML.replace("You are a helpful AI assistant.", "");
  const template = `{{ 'Today is ' + strftime_now('%d %B %Y') + '.' }}${dated}`;
  const tokenizer = await loadTokenizer(await chatTokenizerDirectory({ template }));
  const promptOn = (day: string) => {
    vi.useFakeTimers({ now: new Date(day), toFake: ["Date"] });
    return createTranscript({ tokenizer, rendering: "chat", persona }).prompt(said.slice(0, 1));
  };

  expect(promptOn("2026-03-01T12:00:00Z")).toEqual(promptOn("2027-12-24T12:00:00Z"));
});

test("a tokeniser's configuration that is damaged gives two lines", async () => {
  const directory = await chatTokenizerDirectory();
  await writeFile(path.join(directory, "tokenizer_config.json"), '{"chat_template": ');

  await expect(readTokenizerFiles(directory)).rejects.toMatchObject({
    message: expect.stringContaining("tokenizer_config.json is not a tokeniser's configuration in JSON."),
    fix: "Copy the model's folder again.",
  });
});

async function tokenizerWith(named: unknown[]): Promise<Pick<Tokenizer, "chatTemplate">> {
  const directory = await chatTokenizerDirectory({ template: "" });
  await writeFile(path.join(directory, "tokenizer_config.json"), JSON.stringify({ chat_template: named }));
  return readTokenizerFiles(directory);
}

/** The templates of llama.cpp's repository, of which node-llama-cpp's package carries a copy. */
async function shippedTemplates(): Promise<{ name: string; text: string }[]> {
  const bundle = path.join(projectRoot, "node_modules/node-llama-cpp/llama/gitRelease.bundle");
  const folder = await mkdtemp(path.join(tmpdir(), "llama.cpp-"));
  await execa("git", ["clone", "-q", "--no-checkout", bundle, folder]);
  await execa("git", ["-C", folder, "checkout", "-q", "HEAD", "--", "models/templates"]);
  const names = (await readdir(path.join(folder, "models/templates"))).filter((name) =>
    name.endsWith(".jinja"),
  );
  return Promise.all(
    names.map(async (name) => ({
      name,
      text: await readFile(path.join(folder, "models/templates", name), "utf8"),
    })),
  );
}

/** What a template marks its structure with: in the models' own tokenisers these are special tokens. */
function specialTokensIn(template: string): string[] {
  return [
    ...new Set(
      template.match(
        /<[|｜\]][^<>\n'"]{1,60}[|｜[]>|<[a-z_/]{1,40}>|<\|[a-z]+>|<[a-z]+\|>|\[\/?[A-Z_]{2,30}\]/g,
      ),
    ),
  ].filter((token) => token !== begin);
}

/** For each template, the conversation with a system message and without one. */
async function applyInPython(templates: string[]): Promise<(string | null)[][]> {
  const conversations = [[{ role: "system", content: system }, ...asMessages], asMessages];
  const { stdout } = await execa(pythonPath, ["-W", "ignore", "test/python/apply_chat_templates.py"], {
    cwd: projectRoot,
    input: JSON.stringify({ templates, conversations, begin, end }),
  });
  return JSON.parse(stdout);
}

function textOf(ids: number[], tokenizer: Tokenizer): string {
  const special = new Map(tokenizer.specialTokens.map(({ id, content }) => [id, content]));
  const pieces = ids.map((id) => special.get(id) ?? tokenizer.bytesOf(id));
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))).toString("utf8");
}
