import type { ThreadSummary } from "../../handoffs/index.ts";
import type { TokenizerFiles } from "../../tokenizer/index.ts";
import {
  addGaps,
  commonSilence,
  createGapCounts,
  holdOutShareOf,
  longestSilence,
  reasonToSkipThread,
  threadsToHoldOut,
} from "../conversations/index.ts";
import { factsVersion } from "../facts/index.ts";
import type { PrepareOptions, Settings } from "../options.ts";
import type { Labels } from "../redaction/index.ts";
import {
  findSegment,
  openSegmentCache,
  type Segment,
  type SegmentCache,
  type ThreadTask,
} from "../segments/index.ts";
import { labelsFor } from "./privacy.ts";
import { openRenderPool, type RenderPool } from "./render-pool.ts";

interface MadeSegments {
  /** One for each thread, in the store's order. */
  segments: Segment[];
  renderedThreads: number;
  /** Removes segments that are no longer of use. */
  settle(): Promise<void>;
}

/** Which tokeniser threads are rendered with, by which choices, and where their segments are kept. */
export interface SegmentPlan {
  settings: Settings;
  tokenizerFiles: TokenizerFiles;
  tokenizerDirectory: string;
  /** The folder that keeps the segments. */
  root: string;
}

export interface SegmentWork extends SegmentPlan {
  labels: Labels;
  pool: RenderPool;
}

/** Opens a pool for the work, and ends its worker threads when `use` has ended. */
export async function withSegmentWork<T>(
  options: PrepareOptions,
  plan: SegmentPlan,
  use: (work: SegmentWork) => Promise<T>,
): Promise<T> {
  const labels = await labelsFor(options.store, plan.settings, plan.tokenizerFiles);
  const pool = openRenderPool(options, plan.settings, { ...plan, labels });
  try {
    return await use({ ...plan, labels, pool });
  } finally {
    await pool.close();
  }
}

/**
 * Renders every thread that has no segment yet.
 *
 * Threads that are large enough go by their own rhythm and are done at once; the others wait until the gaps of all
 * threads are counted, and go by the rhythm of all.
 */
export async function makeSegments(options: PrepareOptions, work: SegmentWork): Promise<MadeSegments> {
  const { settings, tokenizerFiles, pool } = work;
  const request = [
    [factsVersion, tokenizerFiles.sha256, tokenizerFiles.chatTemplate ?? ""],
    choicesOfOneThread(settings),
  ];
  const cache = await openSegmentCache(work.root, request, work.labels);
  const maker = new SegmentMaker(options, settings, cache, pool);
  const segments = await maker.makeAll();
  return {
    segments,
    renderedThreads: maker.rendered,
    settle: () => cache.settle(segments, new Set(options.store.threads.map(({ sha256 }) => sha256))),
  };
}

/** Settings that decide about whole threads are part of a thread's task, and leave the other threads' segments valid. */
function choicesOfOneThread(settings: Settings): Partial<Settings> {
  const { includeThreads, excludeThreads, includePeople, excludePeople, excludedSections, ...choices } =
    settings;
  const { holdOutShare, holdOutThreadShare, minOwnShare, minOwnTexts, ...ofOneThread } = choices;
  return ofOneThread;
}

/** A thread of fewer texts goes by the rhythm of all. */
const fewestTexts = 400;

type TaskBase = Omit<ThreadTask, "longestSilenceMs" | "file">;

class SegmentMaker {
  rendered = 0;
  readonly #segments = new Map<string, Segment>();
  #done = 0;

  readonly #options: PrepareOptions;
  readonly #settings: Settings;
  readonly #cache: SegmentCache;
  readonly #pool: RenderPool;

  constructor(options: PrepareOptions, settings: Settings, cache: SegmentCache, pool: RenderPool) {
    this.#options = options;
    this.#settings = settings;
    this.#cache = cache;
    this.#pool = pool;
  }

  /** All segments, in the store's order. */
  async makeAll(): Promise<Segment[]> {
    const { threads } = this.#options.store;
    const { maxSilenceMinutes } = this.#settings;
    const bases = this.#basesOfTasks(threads);
    if (maxSilenceMinutes === "auto") await this.#makeByRhythm(bases);
    else await this.#work(this.#withoutSegment(bases, maxSilenceMinutes * 60_000));
    return threads.map(({ id }) => this.#segments.get(id) as Segment);
  }

  #basesOfTasks(threads: ThreadSummary[]): TaskBase[] {
    const skips = threads.map((thread) => reasonToSkipThread(thread, this.#settings));
    const used = threads.filter((_, index) => skips[index] === undefined);
    const heldOut = threadsToHoldOut(used, this.#settings);
    const holdOutShare = holdOutShareOf(used, this.#settings);
    return threads.map((thread, index) => ({
      thread,
      skip: skips[index],
      isHeldOut: heldOut.has(thread.id),
      holdOutShare,
    }));
  }

  async #makeByRhythm(bases: TaskBase[]): Promise<void> {
    const large = bases.filter(({ thread }) => thread.texts >= fewestTexts);
    const ofLarge = this.#withoutSegment(large, "own");
    const isToBeRead = new Set(ofLarge.map(({ thread }) => thread.id));
    // A large thread may have its segment and no count: whoever made it was stopped before the counts were kept.
    const uncounted = bases.filter(
      ({ thread }) => !isToBeRead.has(thread.id) && !this.#cache.gaps.has(thread.sha256),
    );
    await this.#work([
      ...ofLarge,
      ...uncounted.map((base) => ({ ...base, longestSilenceMs: "own" as const, file: undefined })),
    ]);
    const waiting = bases.filter(({ thread }) => !this.#segments.has(thread.id));
    await this.#work(this.#withoutSegment(waiting, this.#rhythmOfAll()));
  }

  #rhythmOfAll(): number {
    const all = createGapCounts();
    for (const { sha256 } of this.#options.store.threads) addGaps(all, this.#cache.gaps.get(sha256) ?? []);
    return commonSilence(all);
  }

  /** The tasks of threads that no segment of an earlier data set answers. */
  #withoutSegment(bases: TaskBase[], longestSilenceMs: ThreadTask["longestSilenceMs"]): ThreadTask[] {
    const tasks: ThreadTask[] = [];
    for (const base of bases) {
      if (longestSilenceMs === "own" && this.#hasNoRhythm(base.thread)) continue;
      const task = { ...base, longestSilenceMs };
      const file = this.#cache.fileOf(task);
      const segment = findSegment(file);
      if (segment === undefined || !this.#cache.labels.isCurrent(base.thread, segment.summary))
        tasks.push({ ...task, file });
      else this.#finish(base.thread, segment);
    }
    return tasks;
  }

  /** Whether it is known already that a thread's own gaps do not tell conversations apart. */
  #hasNoRhythm({ sha256 }: ThreadSummary): boolean {
    const gaps = this.#cache.gaps.get(sha256);
    return gaps !== undefined && longestSilence(Uint32Array.from(gaps)) === undefined;
  }

  async #work(tasks: ThreadTask[]): Promise<void> {
    await this.#pool.render(tasks, (task, { gaps, segment }) => {
      if (gaps !== undefined) this.#cache.gaps.set(task.thread.sha256, gaps);
      if (segment === undefined) return;
      this.rendered++;
      this.#finish(task.thread, segment);
    });
  }

  #finish(thread: ThreadSummary, segment: Segment): void {
    this.#segments.set(thread.id, segment);
    this.#done++;
    this.#options.onProgress?.(this.#done, this.#options.store.threads.length);
  }
}
