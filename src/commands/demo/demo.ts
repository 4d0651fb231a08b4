import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { addFlags, type Table } from "../../choices/index.ts";
import {
  type DemoPlan,
  type HeldOutPrompt,
  heldOutPrompts,
  measureSpeed,
  planDemo,
  type SampleBase,
  sampleBase,
  samplePackages,
  samplePersona,
  tokensPerStep,
  writeSampleExport,
} from "../../demo/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import { importExports } from "../../ingest/index.ts";
import { readManifest } from "../../prepare/index.ts";
import { ensurePackages, ensurePython } from "../../python.ts";
import {
  Memory,
  openPersona,
  type PersonaFiles,
  personaOfRun,
  type ReplySettings,
  replySettings,
} from "../../serve/index.ts";
import { formatCount, formatPlural, formatRoughDuration, type Terminal } from "../../terminal.ts";
import { openWorkspace, type Workspace } from "../../workspace.ts";
import { type CommandContext, commandLine, openContext } from "../command.ts";
import { measureAfterTraining } from "../eval/measure.ts";
import { describeImport } from "../import/describe.ts";
import { requireServer } from "../runs/places.ts";
import { chatWithRun } from "../serving/chat/chat.ts";
import { divertible } from "../serving/chat/divertible-terminal.ts";
import { trainFromStore } from "../train/train.ts";
import { nextSteps } from "./next-steps.ts";

const examples = `
Examples:
  persona demo
  persona demo --minutes 15          # the longer, the more it learns
  persona demo --minutes 3 --no-chat`;

const demoChoices = {
  minutes: {
    number: { above: 0 },
    default: 5,
    unit: "minutes",
    help: "time that the demo may take, without installing; a slow machine trains less",
  },
} as const satisfies Table;

interface DemoFlags {
  minutes?: number;
  chat: boolean;
}

export function registerDemo(command: Command): void {
  addFlags(command, demoChoices)
    .option("--no-chat", "end without opening the chat")
    .addHelpText("after", examples)
    .action(async (flags: DemoFlags, command: Command) => {
      const context = await openContext(command);
      const workspace = openWorkspace(path.join(context.workspace.root, "demo"));
      await runDemo({ ...context, workspace }, context.workspace, flags);
    });
}

/** @param own Where the commands would work that the demo shows for somebody's own data. */
async function runDemo(
  context: CommandContext,
  own: Workspace,
  { minutes = demoChoices.minutes.default, chat }: DemoFlags,
): Promise<void> {
  const { terminal, workspace } = context;
  const heading = headingFor(terminal, own);
  await requireServer(workspace);
  await ensurePython(terminal.note);
  await ensurePackages(samplePackages, terminal.note);

  const base = await sampleBase(terminal.note);
  const { steps, evaluates } = await planSteps(base, minutes, terminal);

  heading("1. Real conversations as a Messenger export, imported", ["import"], "~/Downloads/facebook-*.zip");
  await importSample(context);
  heading("2. Fine-tuning through the queue", ["train"]);
  const run = await trainOnSample(context, base, steps);

  heading("3. Base and persona side by side, in the bot's own engine", ["chat"]);
  const files = await personaOfRun(workspace, run);
  const comparison = await compare(context, base, run, files);
  const { heldOutLoss, personaBitsPerByte, othersBitsPerByte, specificity } = run;
  terminal.data({ run: run.id, heldOutLoss, personaBitsPerByte, othersBitsPerByte, specificity, comparison });
  const words = describeWords(run);
  if (words !== undefined) terminal.note(words);
  if (evaluates) {
    heading("4. How like her it is, and what it gives away", ["eval"]);
    await measureAfterTraining(context, run);
  }
  for (const line of nextSteps(workspace, own, { isMeasured: evaluates })) terminal.note(line);

  if (!chat || !process.stdin.isTTY) return;
  terminal.note("\nTalk to it:\n");
  await chatWithRun({ ...context, terminal: divertible(terminal) }, run, { run: run.id });
}

function headingFor({ note }: Terminal, own: Workspace) {
  return (title: string, words: string[], files = "") =>
    note(`\n${title}\n   on your own data: ${`${commandLine(own, words)} ${files}`.trimEnd()}\n`);
}

async function importSample({ terminal, workspace }: CommandContext): Promise<void> {
  const zip = path.join(workspace.root, "facebook-sample.zip");
  if (existsSync(zip)) terminal.note(`Sample export: reused ${zip}`);
  else await writeSampleExport(zip);
  const report = await importExports([zip], { workspace });
  for (const line of describeImport(report)) terminal.note(line);
  if (report.added === 0) terminal.note("Message store: reused.");
}

/** Says how long the rest will take before it starts. */
async function planSteps(base: SampleBase, minutes: number, { note }: Terminal): Promise<DemoPlan> {
  note("Measuring how fast this machine trains …");
  const tokensPerSecond = await measureSpeed(base.directory);
  const plan = planDemo(minutes, tokensPerSecond);
  const { steps, expectedMinutes } = plan;
  note(
    `At ${formatCount(Math.round(tokensPerSecond))} tokens a second, the demo takes about ` +
      `${formatRoughDuration(expectedMinutes * 60)}: ${formatPlural(steps, "step")} of ${formatCount(tokensPerStep)} tokens.`,
  );
  return plan;
}

async function trainOnSample(context: CommandContext, base: SampleBase, steps: number): Promise<RunRecord> {
  const { terminal } = context;
  terminal.note(
    "SmolLM2-135M-Instruct; its package carries it quantised to 4 bits, so it starts a little worse.",
  );
  // Only the end of the demo is data for scripts.
  const quiet = { ...terminal, json: false, data: () => {} };
  const run = await trainFromStore(
    { ...context, terminal: quiet },
    {
      steps,
      // What it will not come to need not be prepared.
      maxConversations: Math.min(12, Math.max(3, Math.ceil((steps * tokensPerStep) / 10_000))),
      evaluateEvery: Math.ceil(steps / 2),
      evaluationRows: 16,
      agreementPositions: 500,
      base: base.directory,
      persona: samplePersona,
      lora: true,
      // Dropout's random numbers cost a fifth of the time on a CPU, and so short a run does not overfit.
      loraDropout: 0,
      contextLength: 256,
      tokensPerStep,
      // Measured on two cores: more rows at once are slower there.
      microBatch: 2,
      learningRate: 1e-3,
    },
  );
  return run;
}

/** How much of what was learned is the person, in one sentence; undefined where nothing was measured. */
function describeWords({
  personaBitsPerByte,
  othersBitsPerByte,
  specificity,
}: RunRecord): string | undefined {
  if (personaBitsPerByte === undefined || othersBitsPerByte === undefined) return undefined;
  const percent = (share: number) => (100 * share).toFixed(1);
  const gain = ({ before, best }: { before: number; best: number }) =>
    `${percent(Math.abs(1 - best / before))} % ${best <= before ? "better" : "worse"}`;
  const learned =
    `It predicts ${samplePersona}'s held-out words ${gain(personaBitsPerByte)} than the base ` +
    `(${personaBitsPerByte.before.toFixed(3)} → ${personaBitsPerByte.best.toFixed(3)} bits a byte), ` +
    `and her friends' words ${gain(othersBitsPerByte)}`;
  if (specificity === undefined)
    return `${learned}; there is too little held out to say how much of it is her.`;
  const { value, low, high } = specificity;
  const interval = `95 % interval ${percent(low)} to ${percent(high)}`;
  return low <= 0 && high >= 0
    ? `${learned}: whether any of it is her own way of writing cannot be told (${interval} points).`
    : `${learned}: ${percent(value)} points are her own way of writing (${interval}).`;
}

interface Comparison extends HeldOutPrompt {
  base: string[];
  persona: string[];
}

async function compare(
  { terminal, workspace, config, passedOver }: CommandContext,
  base: SampleBase,
  run: RunRecord,
  files: PersonaFiles,
): Promise<Comparison[]> {
  const shards = path.join(workspace.shards, run.dataset);
  const manifest = await readManifest(shards);
  if (manifest === undefined) return [];
  const prompts = await heldOutPrompts(shards, manifest, { count: 3, tokenizerDirectory: base.directory });
  const { settings } = await replySettings(workspace, run, { config: config.reply, passedOver });
  const fromBase = await answer({ ...files, gguf: base.gguf }, prompts, settings);
  const fromPersona = await answer(files, prompts, settings);

  return prompts.map((prompt, index) => {
    const compared = { ...prompt, base: fromBase[index] ?? [], persona: fromPersona[index] ?? [] };
    showComparison(compared, terminal);
    return compared;
  });
}

function showComparison({ speaker, said, answer, base, persona }: Comparison, { note }: Terminal): void {
  const lines: [string, string[]][] = [
    [speaker, said],
    ["base", base],
    ["persona", persona],
    ["what she really said", answer],
  ];
  for (const [who, bubbles] of lines) note(`  ${who.padEnd(22)} ${bubbles.join(`\n${" ".repeat(25)}`)}`);
  note("");
}

async function answer(
  files: PersonaFiles,
  prompts: HeldOutPrompt[],
  settings: ReplySettings,
): Promise<string[][]> {
  const persona = await openPersona(files, { ...settings, maxTokens: 60 });
  const answers: string[][] = [];
  for (const [index, { speaker, said }] of prompts.entries()) {
    const memory = new Memory({ id: String(index), persona: persona.name });
    for (const bubble of said) memory.hear(speaker, bubble);
    const bubbles: string[] = [];
    for await (const event of persona.reply(memory, { seed: 1 })) {
      if (event.type === "bubble-end") bubbles.push(event.bubble);
    }
    answers.push(bubbles);
  }
  await persona.close();
  return answers;
}
