import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { UserError } from "../../errors.ts";
import { projectRoot } from "../../project.ts";
import { findPython, isPythonReady, pythonPath } from "../../python.ts";
import { type Application, describeEngine, readApplication } from "../../serve/index.ts";
import { formatPlural } from "../../terminal.ts";
import { findServer, openQueueServer } from "../../train/index.ts";
import type { Workspace } from "../../workspace.ts";
import { redisUrl } from "../command.ts";

/** What one check found; `fix` is there when something can be done. */
export interface CheckResult {
  name: string;
  /** `optional` is missing too, but most commands work without it. */
  state: "ok" | "optional" | "missing";
  found: string;
  fix?: string;
}

/** Looks at everything that the commands need. */
export async function findings(workspace: Workspace): Promise<CheckResult[]> {
  const checks: [string, (workspace: Workspace) => Promise<Omit<CheckResult, "name">>][] = [
    ["Node", node],
    ["Python", python],
    ["Environment", environment],
    ["torch and GPU", torch],
    ["Redis", redis],
    ["Free disk", disk],
    ["Engine", engine],
    ["Discord token", discord],
  ];
  return Promise.all(
    checks.map(async ([name, check]) => ({ name, ...(await check(workspace).catch(explain)) })),
  );
}

function explain(error: unknown): Omit<CheckResult, "name"> {
  if (error instanceof UserError) return { state: "missing", found: error.message, fix: error.fix };
  return { state: "missing", found: String(error), fix: "This is a bug: please report it." };
}

const oldestNode = [20, 19] as const;

async function node(): Promise<Omit<CheckResult, "name">> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNewEnough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (isNewEnough) return { state: "ok", found: process.versions.node };
  return {
    state: "missing",
    found: process.versions.node,
    fix: `Install Node ${oldestNode.join(".")} or newer: https://nodejs.org`,
  };
}

async function python(): Promise<Omit<CheckResult, "name">> {
  const interpreter = await findPython();
  const { stdout } = await execa(interpreter, ["--version"]);
  return { state: "ok", found: stdout.replace("Python ", "") };
}

const installFix = "persona doctor --install; every command that needs it does the same.";

async function environment(): Promise<Omit<CheckResult, "name">> {
  if (await isPythonReady()) return { state: "ok", found: ".venv holds scripts/requirements.txt" };
  const found = existsSync(pythonPath) ? ".venv is incomplete or out of date" : "not made yet";
  return { state: "optional", found, fix: installFix };
}

const askTorch = `
import torch
gpu = torch.cuda.get_device_properties(0) if torch.cuda.is_available() else None
print(torch.__version__)
print(f"{gpu.name}, {gpu.total_memory / 2**30:.0f} GiB" if gpu else "")
`;

async function torch(): Promise<Omit<CheckResult, "name">> {
  if (!existsSync(pythonPath)) return { state: "optional", found: "not installed yet", fix: installFix };
  const { stdout, failed } = await execa(pythonPath, ["-c", askTorch], { reject: false });
  if (failed)
    return {
      state: "missing",
      found: "torch cannot be imported",
      fix: "Remove .venv, then: persona doctor --install",
    };
  const [version, gpu] = stdout.split("\n");
  if (gpu) return { state: "ok", found: `torch ${version}, ${gpu}` };
  return {
    state: "optional",
    found: `torch ${version}, no GPU: training runs on the CPU, slowly`,
    fix: "With an NVIDIA GPU: install its driver (nvidia-smi shows it) and the CUDA build, see scripts/requirements.txt.",
  };
}

async function redis(workspace: Workspace): Promise<Omit<CheckResult, "name">> {
  const address = redisUrl();
  if (address === undefined) return { state: "ok", found: `embedded, ${path.basename(await findServer())}` };
  const server = await openQueueServer({ redisUrl: address, workspace });
  await server.close();
  return { state: "ok", found: `answers at ${server.where}` };
}

/** A base of 774 M weights in fp32, its optimiser's two moments, two checkpoints and two exports. */
const comfortableBytes = 40e9;
const minBytes = 5e9;

async function disk({ root }: Workspace): Promise<Omit<CheckResult, "name">> {
  let folder = root;
  while (!existsSync(folder)) folder = path.dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${(free / 1e9).toFixed(0)} GB at ${folder}`;
  if (free >= comfortableBytes) return { state: "ok", found };
  const fix =
    "gpt2-large wants about 40 GB with its checkpoints: free some, choose --data elsewhere, or a smaller base.";
  return { state: free < minBytes ? "missing" : "optional", found, fix };
}

async function engine(): Promise<Omit<CheckResult, "name">> {
  return { state: "ok", found: await describeEngine() };
}

async function discord(): Promise<Omit<CheckResult, "name">> {
  const fix = `docs/discord.md (in ${projectRoot}) shows where to get one; it is needed for persona bot alone.`;
  const token = process.env.DISCORD_TOKEN?.trim();
  if (!token) return { state: "optional", found: "not set", fix };
  const application = await readApplication(token);
  if (application === undefined)
    return { state: "optional", found: "set, but Discord could not be reached to check it" };
  const found = describeApplication(application);
  if (application.isReading) return { state: "ok", found };
  return {
    state: "ok",
    found,
    fix: "persona bot --invite says where its Message Content Intent is switched on.",
  };
}

/** From this many people on, Discord looks at who may read messages that do not speak to them. */
const reviewedFrom = 10_000;

/** `belongs to ana-bot; in 3 servers, added to 2 accounts; reads all messages where it is`. */
export function describeApplication({ name, servers, accounts, isReading }: Application): string {
  const reach = [
    servers !== undefined && `in ${formatPlural(servers, "server")}`,
    accounts !== undefined && `added to ${formatPlural(accounts, "account")}`,
  ].filter((part) => part !== false);
  const reading = isReading
    ? `reads all messages where it is (Discord reviews that from ${reviewedFrom.toLocaleString("en")} people on)`
    : "reads direct messages, mentions and replies with a ping alone";
  return [`belongs to ${name}`, reach.join(", "), reading].filter((part) => part !== "").join("; ");
}
