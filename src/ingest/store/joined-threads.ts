/**
 * Chats that two kinds of export hold one half of.
 *
 * When a chat was switched to end-to-end encryption, what was said before stayed on Facebook's servers, in
 * `e2ee_cutover`; what came after is in the secure-storage export, which knows no ids. The halves are joined by name, and
 * only where one name on each side can be meant: a wrong join is worse than none. The halves stay files of their own, so
 * that a later import can decide anew.
 */
import { createHash } from "node:crypto";
import type { ThreadSummary } from "../../handoffs/index.ts";
import type { StoredThread } from "./stored-thread.ts";

interface JoinedThread {
  summary: ThreadSummary;
  /** The files that hold it, the one with the lasting id first. */
  files: StoredThread[];
}

/** Every thread of the store once, in a stable order. */
export function joinThreads(threads: StoredThread[], owner: string): JoinedThread[] {
  const halves = findHalves(threads, owner);
  const taken = new Set([...halves.values()].map(({ id }) => id));
  return threads
    .filter(({ id }) => !taken.has(id))
    .map((thread) => {
      const half = halves.get(thread.id);
      const files = half === undefined ? [thread] : [thread, half];
      return { summary: summarise(files), files };
    });
}

/** Secure-storage halves by the id of the thread that they go on from. */
function findHalves(threads: StoredThread[], owner: string): Map<string, StoredThread> {
  const encrypted = groupByPartner(
    threads.filter(({ section }) => section === "e2ee"),
    owner,
  );
  const before = groupByPartner(
    threads.filter(({ network }) => network === "facebook"),
    owner,
  );
  const halves = new Map<string, StoredThread>();
  for (const [partner, [half, ...others]] of encrypted) {
    if (half === undefined || others.length > 0) continue;
    const candidates = (before.get(partner) ?? []).filter((thread) => thread.section !== "e2ee");
    const [candidate, ...rivals] = preferCutover(candidates);
    if (candidate === undefined || rivals.length > 0 || !goesOn(candidate, half)) continue;
    halves.set(candidate.id, half);
  }
  return halves;
}

const dayMs = 86_400_000;

/** Exports from before the switch keep the first half in the inbox: the encrypted one then begins where it ends. */
function goesOn(before: StoredThread, half: StoredThread): boolean {
  return before.section === "e2ee_cutover" || (half.firstAt ?? 0) >= (before.lastAt ?? 0) - dayMs;
}

function preferCutover(threads: StoredThread[]): StoredThread[] {
  const cutover = threads.filter(({ section }) => section === "e2ee_cutover");
  return cutover.length > 0 ? cutover : threads;
}

/** Chats of two by the name of the other one. */
function groupByPartner(threads: StoredThread[], owner: string): Map<string, StoredThread[]> {
  const groups = new Map<string, StoredThread[]>();
  for (const thread of threads) {
    const partner = partnerOf(thread, owner);
    if (partner === undefined) continue;
    const group = groups.get(partner);
    if (group === undefined) groups.set(partner, [thread]);
    else group.push(thread);
  }
  return groups;
}

function partnerOf({ people }: StoredThread, owner: string): string | undefined {
  const others = people.filter(({ name }) => name !== owner);
  return people.length <= 2 && others.length === 1 ? others[0]?.name : undefined;
}

function summarise(files: StoredThread[]): ThreadSummary {
  const [first] = files as [StoredThread];
  const people = new Map<string, number>();
  for (const file of files) {
    for (const { name, texts } of file.people) people.set(name, (people.get(name) ?? 0) + texts);
  }
  const sum = (of: (file: StoredThread) => number) => files.reduce((total, file) => total + of(file), 0);
  return {
    id: first.id,
    title: first.title,
    isGroup: people.size > 2,
    section: first.section,
    people: [...people].map(([name, texts]) => ({ name, texts })).sort(byTexts),
    entries: sum(({ entries }) => entries),
    texts: sum(({ texts }) => texts),
    firstAt: extreme(
      files.map(({ firstAt }) => firstAt),
      Math.min,
    ),
    lastAt: extreme(
      files.map(({ lastAt }) => lastAt),
      Math.max,
    ),
    sha256: files.length === 1 ? first.sha256 : hashOf(files.map(({ sha256 }) => sha256).join(" ")),
  };
}

function byTexts(a: { name: string; texts: number }, b: { name: string; texts: number }): number {
  return b.texts - a.texts || (a.name < b.name ? -1 : 1);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function extreme(times: (number | null)[], pick: (a: number, b: number) => number): number | null {
  return times.reduce((a, b) => (a === null ? b : b === null ? a : pick(a, b)), null);
}
