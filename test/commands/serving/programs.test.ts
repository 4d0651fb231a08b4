import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { execa } from "execa";
import OpenAI from "openai";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { type RunRecord, readRun } from "../../../src/handoffs/index.ts";
import { builtProgram } from "../../../src/project.ts";
import { serveRun } from "../../../src/train/index.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { oldWorkspace } from "../../new-workspace.ts";

/** Two finished runs of an earlier version, with real models; the first was chosen to answer. */
const [answering, other] = ["f2b3e88375", "916e71c1b1"] as const;
let workspace: Workspace;

beforeEach(async () => {
  workspace = await oldWorkspace();
});

/** `persona serve` as a program of its own, on a free port. */
async function startServe(...words: string[]) {
  const flags = ["--data", workspace.root, "--json", "serve", "--port", "0", ...words];
  const program = execa(process.execPath, [builtProgram("cli.js"), ...flags], { reject: false });
  onTestFinished(() => void program.kill("SIGKILL"));
  const said: string[] = [];
  program.stderr.on("data", (part) => said.push(String(part)));
  const [line = ""] = await Promise.race([
    new Promise<string[]>((resolve) => program.stdout.once("data", (data) => resolve([String(data)]))),
    program.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ]);
  return { program, said: () => said.join(""), openai: (JSON.parse(line) as { openai: string }).openai };
}

test("persona serve answers with a real model, follows another choice, and ends cleanly", async () => {
  const { program, openai: baseURL, said } = await startServe();
  const openai = new OpenAI({ baseURL, apiKey: "any", maxRetries: 0 });
  const asked = { model: "persona", messages: [{ role: "user" as const, content: "hi" }], max_tokens: 8 };
  const drawn = { model: answering, prompt: "see you", max_tokens: 4, seed: 3, echo: true, logprobs: 2 };
  const [first, again, one] = [
    await openai.completions.create(drawn),
    await openai.completions.create(drawn),
    await openai.chat.completions.create({ ...asked, seed: 3 }),
  ];
  await serveRun(workspace, (await readRun(workspace, other)) as RunRecord);
  await vi.waitFor(
    async () => expect((await openai.models.list()).data.map(({ id }) => id)).toContain(other),
    { timeout: 60_000, interval: 200 },
  );

  expect(first.choices).toEqual(again.choices);
  const scores = first.choices[0]?.logprobs?.token_logprobs ?? [];
  expect(scores.slice(1).every((score) => score < 0)).toBe(true);
  expect(one.model).toBe(answering);
  expect(one.usage?.completion_tokens).toBeGreaterThan(0);
  expect((await openai.chat.completions.create(asked)).model).toBe(other);
  await expect(openai.completions.create(drawn)).rejects.toMatchObject({ code: "model_not_found" });
  program.kill("SIGTERM");
  const { exitCode } = await program;
  expect(exitCode, said()).toBe(0);
  expect(said()).not.toContain("see you");
});

test("scores from afar are those of the model, whatever was scored or drawn before", async () => {
  const { openai: baseURL } = await startServe("--run", answering);
  const openai = new OpenAI({ baseURL, apiKey: "any", maxRetries: 0 });
  const scored = async (prompt: number[]) => {
    const asked = { model: answering, prompt, max_tokens: 0, echo: true, logprobs: 0 };
    return (await openai.completions.create(asked)).choices[0]?.logprobs?.token_logprobs ?? [];
  };
  const ids = Array.from({ length: 40 }, (_, index) => (index * 37) % 300);
  const whole = await scored(ids);
  await openai.completions.create({ model: answering, prompt: ids.slice(0, 20), max_tokens: 5 });
  const part = await scored(ids.slice(0, 30));

  expect(whole).toHaveLength(40);
  for (const [index, score] of part.entries())
    if (index > 0) expect(score).toBeCloseTo(whole[index] as number, 3);
});

test("a token is made once, kept for this user alone, and asked for", async () => {
  const { openai: baseURL, said } = await startServe("--token");
  const token = (await readFile(workspace.tokenFile, "utf8")).trim();
  const { mode } = await stat(workspace.tokenFile);
  const listed = new OpenAI({ baseURL, apiKey: token, maxRetries: 0 }).models.list();

  expect(mode & 0o777).toBe(0o600);
  expect(said()).not.toContain(token);
  expect((await listed).data).toHaveLength(2);
  await expect(new OpenAI({ baseURL, apiKey: "any", maxRetries: 0 }).models.list()).rejects.toMatchObject({
    status: 401,
  });
});

test.each([
  [["--host", "0.0.0.0"], "Add --token, or leave out --host."],
  [["--as", "Nobody Known"], "Leave the name out: you are then Friend"],
])("persona serve %j is refused with what to do", async (words, fix) => {
  await expect(startServe(...words)).rejects.toThrow(fix);
});

test("a port that another program has is told before anything is loaded", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  // Whatever opens the run would say that there is none.
  const asked = startServe("--port", String(port), "--run", "nosuchrun");

  await expect(asked).rejects.toThrow("Another program has that port: choose another with --port");
});

test("a token that can be guessed is refused", async () => {
  await writeFile(workspace.tokenFile, "1234\n");

  await expect(startServe("--token")).rejects.toThrow("Choose one of at least 16 letters and digits");
});

test("persona mcp gives its tools to the official client, and no message that was imported", async () => {
  const client = new Client({ name: "a test", version: "1" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [builtProgram("cli.js"), "--data", workspace.root, "mcp"],
    stderr: "pipe",
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const { structuredContent, isError } = await client.callTool(
      { name, arguments: args },
      { timeout: 120_000 },
    );
    return isError ? "refused" : (structuredContent as Record<string, unknown>);
  };
  const { tools } = await client.listTools();
  const runs = await call("list_runs");
  const asked = (await call("ask_persona", { text: "hi", from: "Ben Ito" })) as { conversation: string };
  const goesOn = await call("ask_persona", { text: "and?", conversation: asked.conversation });
  const drafted = await call("draft_reply", {
    messages: [{ text: "on my way" }, { from: "Ben Ito", text: "when?" }],
    drafts: 2,
  });

  expect(tools.map(({ name }) => name).toSorted()).toEqual([
    "ask_persona",
    "draft_reply",
    "list_runs",
    "run_status",
  ]);
  expect(runs).toMatchObject({
    runs: expect.arrayContaining([expect.objectContaining({ id: answering, answers: true })]),
  });
  expect(await call("run_status", { run: answering.slice(0, 4) })).toMatchObject({
    id: answering,
    state: "finished",
  });
  expect(await call("run_status", { run: "nope" })).toBe("refused");
  expect(asked).toMatchObject({ bubbles: expect.any(Array), conversation: expect.any(String) });
  expect(goesOn).toMatchObject({ conversation: asked.conversation });
  expect(drafted).toMatchObject({ drafts: [expect.any(Array), expect.any(Array)] });
  const everything = JSON.stringify([runs, tools]);
  for (const private_ of [workspace.root, path.basename(workspace.root), "Lima"]) {
    expect(everything).not.toContain(private_);
  }
});

test("whatever an MCP client writes, it is answered on stdout by JSON-RPC alone, and goes on", async () => {
  const flags = ["--data", workspace.root, "--json", "mcp"];
  const program = execa(process.execPath, [builtProgram("cli.js"), ...flags], { reject: false });
  onTestFinished(() => void program.kill("SIGKILL"));
  const ping = { jsonrpc: "2.0", method: "ping" };
  const lines = [
    ...["{see you at eight", "", "\u0000", "null", "[]", JSON.stringify([{ ...ping, id: 1 }])],
    ...[
      { id: 2, method: "ping" },
      { ...ping, id: null },
      { ...ping, id: 1.5 },
      { ...ping, id: 3, params: 5 },
    ],
    `{"text": "${"x".repeat(9_000_000)}"}`,
    ...[{ ...ping, id: "last" }],
  ].map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  program.stdin.write(`${lines.join("\n")}\n`);
  const answers: { id?: unknown; error?: { code: number } }[] = [];
  for await (const line of program.iterable()) {
    answers.push(JSON.parse(line));
    if (answers.at(-1)?.id === "last") program.stdin.end();
  }
  const { exitCode, stderr } = await program;

  expect(answers.map(({ id, error }) => [id, error?.code])).toEqual(
    expect.arrayContaining([
      ...[-32700, -32700, -32600, -32600, -32600].map((code) => [undefined, code]),
      [2, -32600],
      ...[-32600, -32600].map((code) => [undefined, code]),
      [3, -32600],
      [undefined, -32600],
      ["last", undefined],
    ]),
  );
  expect(answers).toHaveLength(11);
  expect(JSON.stringify(answers) + stderr).not.toContain("eight");
  expect(exitCode).toBe(0);
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "persona mcp ends on %s, whether its client has left or not",
  async (signal) => {
    const flags = ["--data", workspace.root, "mcp"];
    const program = execa(process.execPath, [builtProgram("cli.js"), ...flags], { reject: false });
    onTestFinished(() => void program.kill("SIGKILL"));
    program.stdin.write('{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n');
    await new Promise((resolve) => program.stdout.once("data", resolve));
    program.kill(signal);

    expect((await program).exitCode).toBe(0);
  },
);
