import path from "node:path";
import {
  type RunRecord,
  readConversations,
  readManifest,
  type SpeakingFit,
  speakingFile,
  type Turn,
} from "../../../handoffs/index.ts";
import { loadTokenizer } from "../../../tokenizer/index.ts";
import { createTranscript } from "../../../transcript/index.ts";
import { type Workspace, writeFileAtomically } from "../../../workspace.ts";
import { fitSpeaking, type Judged } from "./fit.ts";
import { type Moment, momentsIn } from "./moments.ts";

interface LearnOptions {
  /** Probability that the persona speaks after these turns; undefined where the engine cannot tell. */
  chanceOfSpeaking(turns: Turn[]): Promise<number | undefined>;
  /** Told how many moments are looked at, and how many were, from 0 on. */
  onProgress: (moments: number, done: number) => void;
  signal?: AbortSignal;
  /** Moments and milliseconds are never more than these. */
  most?: { moments: number; milliseconds: number };
}

/** With fewer moments of either kind, a threshold is chance. */
const fewest = 20;

/**
 * Finds out on held-out turns of groups from which probability on a run speaks, and keeps that in `speaking.json`.
 *
 * @returns Undefined where there are too few such turns, the data set is gone, or the engine cannot tell probabilities.
 */
export async function learnToSpeak(
  workspace: Workspace,
  run: RunRecord,
  { chanceOfSpeaking, onProgress, signal, most = { moments: 600, milliseconds: 90_000 } }: LearnOptions,
): Promise<SpeakingFit | undefined> {
  const startedAt = performance.now();
  const moments = await heldOutMoments(workspace, run, most.moments, signal);
  if (!areEnough(moments)) return undefined;
  const judged: Judged[] = [];
  for (const moment of moments) {
    onProgress(moments.length, judged.length);
    if (performance.now() - startedAt > most.milliseconds) break;
    const chance = await chanceOfSpeaking(moment.turns);
    signal?.throwIfAborted();
    if (chance === undefined) return undefined;
    judged.push({ ...moment, chance });
  }
  const fit = areEnough(judged) ? fitSpeaking(judged) : undefined;
  if (fit === undefined) return undefined;
  const learnt: SpeakingFit = {
    version: 1,
    ...fit,
    turns: judged.length,
    spoken: judged.filter(({ spoke }) => spoke).length,
    conversations: new Set(judged.map(({ conversation }) => conversation)).size,
    seconds: Math.round((performance.now() - startedAt) / 1000),
  };
  await writeFileAtomically(speakingFile(workspace, run.id), `${JSON.stringify(learnt, undefined, 2)}\n`);
  return learnt;
}

function areEnough(moments: { spoke: boolean }[]): boolean {
  const spoken = moments.filter(({ spoke }) => spoke).length;
  return Math.min(spoken, moments.length - spoken) >= fewest;
}

/** The moments of held-out conversations of groups; where those are too many, of every second one, third one, … */
async function heldOutMoments(
  workspace: Workspace,
  run: RunRecord,
  most: number,
  signal: AbortSignal | undefined,
): Promise<(Moment & { conversation: number })[]> {
  const shardsDirectory = path.join(workspace.shards, run.dataset);
  const manifest = await readManifest(shardsDirectory);
  if (manifest === undefined) return [];
  const tokenizer = await loadTokenizer(shardsDirectory);
  const { rendering, persona } = manifest;
  const transcript = createTranscript({ tokenizer, rendering, persona });
  const conversations: Moment[][] = [];
  for await (const ids of readConversations(shardsDirectory, "val", manifest)) {
    signal?.throwIfAborted();
    const moments = momentsIn(transcript.parse(ids));
    if (moments.length > 0) conversations.push(moments);
  }
  const step = Math.ceil(conversations.flat().length / most);
  const kept = conversations.filter((_, index) => index % step === 0);
  return kept.flatMap((moments, conversation) => moments.map((moment) => ({ ...moment, conversation })));
}
