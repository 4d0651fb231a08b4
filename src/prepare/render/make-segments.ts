import type { ThreadSummary } from "../../handoffs/index.ts";
import type { TokenizerFiles } from "../../tokenizer/index.ts";
import {
  addGaps,
  commonSilence,
  createGapCounts,
  holdOutShareOf,
  maxSilenceOf,
  reasonToSkipThread,
  threadsToHoldOut,
} from "../conversations/index.ts";
import { factsVersion } from "../facts/index.ts";
import type { Ports } from "../ports.ts";
import {
  findSegment,
  openSegmentCache,
  type Segment,
  type SegmentCache,
  type ThreadTask,
} from "../segments/index.ts";
import { privacyOf, recordedSettings, type Settings } from "../settings.ts";
import type { Assembled } from "../shards/index.ts";
import { labelsFor } from "./privacy.ts";
import { openRenderPool, type RenderPool } from "./render-pool.ts";

/** A tokeniser, and the folder that keeps what was rendered with it. */
export interface Vocabulary {
  tokenizerFiles: TokenizerFiles;
  segmentsDirectory: string;
}

export interface MadeSegments {
  /** One for each thread, in the store's order. */
  segments: Segment[];
  renderedThreads: number;
  /** Makes shards of them while the main thread does something else; without a directory, only counts. */
  assembleBeside<Other>(
    directory: string | undefined,
    other: () => Promise<Other>,
  ): Promise<[Assembled, Other]>;
  /** Removes segments that are no longer of use. */
  settle(): Promise<void>;
}

/**
 * Renders every thread that has no segment yet, and calls `use` with all segments; worker threads end when it has ended.
 *
 * Threads that are large enough go by their own rhythm and are done at once; the others wait until the gaps of all
 * threads are counted, and go by the rhythm of all.
 */
export async function withSegments<T>(
  ports: Ports,
  settings: Settings,
  { tokenizerFiles, segmentsDirectory }: Vocabulary,
  use: (made: MadeSegments) => Promise<T>,
): Promise<T> {
  const { store } = ports;
  const labels = await labelsFor(store, settings, tokenizerFiles);
  const pool = openRenderPool(ports, { settings, labels, tokenizerFiles });
  try {
    const request = {
      privacy: privacyOf(settings),
      all: [
        [factsVersion, tokenizerFiles.sha256, tokenizerFiles.chatTemplate ?? ""],
        choicesOfOneThread(settings),
      ],
    };
    const cache = await openSegmentCache(segmentsDirectory, request, labels);
    const maker = new SegmentMaker(ports, settings, { cache, pool });
    const segments = await maker.makeAll();
    return await use({
      segments,
      renderedThreads: maker.rendered,
      assembleBeside: (directory, other) => pool.assembleBeside(segments, directory, other),
      settle: () => cache.settle(segments, new Set(store.threads.map(({ sha256 }) => sha256))),
    });
  } finally {
    await pool.close();
  }
}

/** Settings that decide about whole threads are part of a thread's task, and leave the other threads' segments valid. */
function choicesOfOneThread(settings: Settings): object {
  const { includeThreads, excludeThreads, includePeople, excludePeople, excludedSections, ...choices } =
    recordedSettings(settings);
  const { holdOutShare, holdOutThreadShare, minOwnShare, minOwnTexts, ...ofOneThread } = choices;
  return ofOneThread;
}

/** A thread of fewer texts goes by the rhythm of all. */
const minTexts = 400;

type TaskBase = Omit<ThreadTask, "maxSilenceMs" | "file">;

class SegmentMaker {
  rendered = 0;
  readonly #segments = new Map<string, Segment>();
  #done = 0;

  readonly #threads: ThreadSummary[];
  readonly #onProgress: Ports["onProgress"];
  readonly #settings: Settings;
  readonly #cache: SegmentCache;
  readonly #pool: RenderPool;

  constructor(
    { store, onProgress }: Pick<Ports, "store" | "onProgress">,
    settings: Settings,
    { cache, pool }: { cache: SegmentCache; pool: RenderPool },
  ) {
    this.#threads = store.threads;
    this.#onProgress = onProgress;
    this.#settings = settings;
    this.#cache = cache;
    this.#pool = pool;
  }

  /** All segments, in the store's order. */
  async makeAll(): Promise<Segment[]> {
    const { maxSilenceMinutes } = this.#settings;
    const bases = this.#basesOfTasks();
    if (maxSilenceMinutes === "auto") await this.#makeByRhythm(bases);
    else await this.#work(this.#withoutSegment(bases, maxSilenceMinutes * 60_000));
    return this.#threads.map(({ id }) => this.#segments.get(id) as Segment);
  }

  #basesOfTasks(): TaskBase[] {
    const threads = this.#threads;
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
    const large = bases.filter(({ thread }) => thread.texts >= minTexts);
    const ofLarge = this.#withoutSegment(large, "own");
    const isToBeRead = new Set(ofLarge.map(({ thread }) => thread.id));
    // A large thread may have its segment and no count: whoever made it was stopped before the counts were kept.
    const uncounted = bases.filter(
      ({ thread }) => !isToBeRead.has(thread.id) && !this.#cache.gaps.has(thread.sha256),
    );
    await this.#work([
      ...ofLarge,
      ...uncounted.map((base) => ({ ...base, maxSilenceMs: "own" as const, file: undefined })),
    ]);
    const waiting = bases.filter(({ thread }) => !this.#segments.has(thread.id));
    await this.#work(this.#withoutSegment(waiting, this.#rhythmOfAll()));
  }

  #rhythmOfAll(): number {
    const all = createGapCounts();
    for (const { sha256 } of this.#threads) addGaps(all, this.#cache.gaps.get(sha256) ?? []);
    return commonSilence(all);
  }

  /** The tasks of threads that no segment of an earlier data set answers. */
  #withoutSegment(bases: TaskBase[], maxSilenceMs: ThreadTask["maxSilenceMs"]): ThreadTask[] {
    const tasks: ThreadTask[] = [];
    for (const base of bases) {
      if (maxSilenceMs === "own" && this.#hasNoRhythm(base.thread)) continue;
      const task = { ...base, maxSilenceMs };
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
    return gaps !== undefined && maxSilenceOf(Uint32Array.from(gaps)) === undefined;
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
    this.#onProgress(this.#done, this.#threads.length);
  }
}
