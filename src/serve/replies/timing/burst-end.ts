import type { Style } from "../../../handoffs/index.ts";
import { classOf, sumOf } from "./histogram.ts";

type Pauses = Pick<NonNullable<Style["friendPauseSeconds"]>[number], "again" | "ended">;

/** A burst goes on while another message is at least so probable within so many seconds. */
const horizonSeconds = 10;
const improbable = 0.2;
/** Whoever has not gone on by then has gone. */
const longestWaitSeconds = 60;
/** Fewer messages than this say too little about how often their like is followed by another. */
const fewest = 200;

/**
 * Seconds to wait for more after a friend's message of so many characters: until it is improbable that more follows soon.
 * Undefined where too little is known.
 */
export function secondsToBurstEnd(style: Style, characters: number): number | undefined {
  const classes = style.friendPauseSeconds ?? [];
  const like = classOf(characters, classes, ({ fromCharacters }) => fromCharacters);
  const known = [like, addedUp(classes)].find(
    (pauses) => pauses !== undefined && messagesIn(pauses) >= fewest,
  );
  return known && secondsUntilImprobable(shareStillSilent(style.edges.delaySeconds, known));
}

function messagesIn({ again, ended }: Pauses): number {
  return sumOf(again) + sumOf(ended);
}

function addedUp(classes: Pauses[]): Pauses {
  const sum = (name: keyof Pauses) =>
    (classes[0]?.[name] ?? []).map((_, bin) => sumOf(classes.map((each) => each[name][bin] ?? 0)));
  return { again: sum("again"), ended: sum("ended") };
}

function secondsUntilImprobable(silentAfter: (seconds: number) => number): number {
  for (let seconds = longestWaitSeconds; seconds > 0; seconds--) {
    const another = 1 - silentAfter(seconds - 1 + horizonSeconds) / silentAfter(seconds - 1);
    if (another >= improbable) return seconds;
  }
  return 0;
}

/**
 * The share that is still silent after so many seconds, of those whom nobody interrupts: the estimator of Kaplan and Meier
 * (1958). Whoever was interrupted might have gone on, and says only that they had not yet.
 */
function shareStillSilent(edges: readonly number[], { again, ended }: Pauses): (seconds: number) => number {
  let waiting = messagesIn({ again, ended });
  const shares = [1];
  for (const bin of edges.keys()) {
    const [went, left] = [again[bin] ?? 0, ended[bin] ?? 0];
    const atRisk = waiting - left / 2;
    shares.push((shares[bin] ?? 1) * (atRisk > 0 ? Math.max(0, 1 - went / atRisk) : 1));
    waiting -= went + left;
  }
  return (seconds) => {
    const bin = edges.findLastIndex((edge) => edge <= seconds);
    const [from = 0, to = Number.POSITIVE_INFINITY] = [edges[bin], edges[bin + 1]];
    const [atStart = 1, atEnd = atStart] = [shares[bin], shares[bin + 1]];
    return atStart + ((atEnd - atStart) * (seconds - from)) / (to - from);
  };
}
