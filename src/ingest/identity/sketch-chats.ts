import type { Workspace } from "../../workspace.ts";
import { formatOf } from "../all-formats.ts";
import type { ExportEntry } from "../archives/index.ts";
import type { FoundPart, ParsedEntry } from "../formats/index.ts";
import { groupBy } from "../group-by.ts";
import { readThreadFile, type StoredThread } from "../store/index.ts";
import { createTally } from "../tally.ts";
import { KnownMarks } from "./agreement.ts";
import type { Chat } from "./chat.ts";
import { type Sketch, SketchInProgress } from "./sketch.ts";

/** What chats are held against. */
export interface SearchedStore {
  workspace: Workspace;
  threads: StoredThread[];
  owner: string | undefined;
  /** Bytes up to which a file of an export is parsed whole. */
  wholeFileBytes: number;
}

/** Of files that were read to their end to be found. */
export type KnownSketches = Map<ExportEntry, Sketch>;

export function hasThreadId({ format }: FoundPart): boolean {
  return formatOf(format).hasThreadIds === true;
}

export function isStoredById({ network, section, id }: StoredThread): boolean {
  if (network === "whatsapp" || section === "e2ee") return false;
  // Its exports of 2018 know no ids, those of today do.
  return network !== "instagram" || !/-(?=\d*[a-f])[0-9a-f]{16}(?:-\d+)?$/.test(id);
}

/** Reads each file of which there is no sketch once, and what the store has of the time in which they were written. */
export async function sketchChats(
  parts: FoundPart[],
  store: SearchedStore,
  { clockMs, sketches }: { clockMs: number; sketches: KnownSketches },
): Promise<Chat[]> {
  const chats: Chat[] = [];
  // What has an id is a chat with all of its parts; of all else each file may be one.
  for (const own of groupBy(parts, idOrPlace).values())
    chats.push(await sketchBrought(own, store, { clockMs, sketches }));
  const seen = new Set(chats.map(({ stored }) => stored));
  for (const stored of store.threads)
    if (!seen.has(stored)) chats.push(await sketchStored(stored, store, chats, clockMs));
  return chats;
}

function idOrPlace(part: FoundPart): string {
  const { thread, archive, entry, item } = part;
  return hasThreadId(part) ? thread : `${archive} ${entry.path} ${entry.packed?.headerOffset} ${item}`;
}

async function sketchBrought(
  parts: FoundPart[],
  store: SearchedStore,
  { clockMs, sketches }: { clockMs: number; sketches: KnownSketches },
): Promise<Chat> {
  const [first] = parts as [FoundPart];
  const lastingId = hasThreadId(first) ? first.thread : undefined;
  const stored = store.threads.find(({ id }) => id === lastingId);
  const known = parts.length === 1 ? sketches.get(first.entry) : undefined;
  const sketch = known ?? (await sketchParts(parts, stored, store));
  const newestAt = Math.max(...parts.map((part) => part.newestAt));
  const people = [...new Set(parts.flatMap((part) => part.people))];
  const about = { title: first.title, people, owner: undefined, newestAt };
  return { parts, stored, lastingId, ...about, marks: marksOf(sketch, clockMs) };
}

async function sketchParts(
  parts: FoundPart[],
  stored: StoredThread | undefined,
  store: SearchedStore,
): Promise<Sketch | undefined> {
  const sketch = new SketchInProgress();
  for (const part of parts) await addPart(part, store, sketch);
  if (stored !== undefined) await addStored(stored, store, sketch);
  return sketch.finish();
}

/** What is damaged is told when it is read to be kept. */
async function addPart(
  part: FoundPart,
  { wholeFileBytes }: SearchedStore,
  sketch: SketchInProgress,
): Promise<void> {
  const reading = formatOf(part.format).read(part, { owner: "", tally: createTally(), wholeFileBytes });
  try {
    for await (const entries of reading) addAll(entries, sketch);
  } catch {}
}

async function sketchStored(
  stored: StoredThread,
  store: SearchedStore,
  brought: Chat[],
  clockMs: number,
): Promise<Chat> {
  const { title, asOf, id } = stored;
  const sketch = new SketchInProgress();
  if (brought.some((chat) => wentOnBeside(stored, chat))) await addStored(stored, store, sketch);
  const lastingId = isStoredById(stored) ? id : undefined;
  const people = stored.people.map(({ name }) => name);
  const about = { title, people, owner: store.owner, newestAt: asOf };
  return { parts: [], stored, lastingId, ...about, marks: marksOf(sketch.finish(), clockMs) };
}

async function addStored(
  stored: StoredThread,
  { workspace }: SearchedStore,
  sketch: SketchInProgress,
): Promise<void> {
  for await (const entries of readThreadFile(workspace, stored)) addAll(entries, sketch);
}

function addAll(entries: ParsedEntry[], sketch: SketchInProgress): void {
  for (const entry of entries) sketch.add(entry);
}

const twoDaysMs = 2 * 86_400_000;

/** Clocks on walls are up to a day apart. */
function wentOnBeside({ firstAt, lastAt }: StoredThread, { marks }: Chat): boolean {
  if (marks === undefined || firstAt === null || lastAt === null) return false;
  const { sketch } = marks;
  return sketch.firstAt <= lastAt + twoDaysMs && sketch.lastAt >= firstAt - twoDaysMs;
}

function marksOf(sketch: Sketch | undefined, clockMs: number): KnownMarks | undefined {
  return sketch && new KnownMarks(sketch, clockMs);
}
