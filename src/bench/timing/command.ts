import type { Command } from "commander";
import { addFlags, type Chosen, type Table, withDefaults } from "../../choices/index.ts";
import { formatCount, formatPercent, openTerminal, type Terminal } from "../../terminal.ts";
import { compareTimes, type Gaps, type OpenTimes, type TimingFit } from "./compare.ts";

const examples = `
Examples:
  persona bench timing
  persona bench timing --held-out 0.3 --seed 1

Times are learnt from the older conversations of the message store, and compared with the newer ones.`;

const choices = {
  heldOut: {
    number: { above: 0, below: 1 },
    default: 0.2,
    value: "share",
    help: "share of each thread's conversations to compare with, the newest; times are learnt from the others",
  },
  seed: { integer: { atLeast: 0 }, default: 0, help: "seed of the times that are drawn" },
} as const satisfies Table;

interface Ports {
  /** The gaps of the message store that the command is about. */
  readGaps(command: Command, heldOutShare: number): Promise<Gaps>;
  openTimes: OpenTimes;
}

/** Adds `timing` to the `bench` command: whether the persona's times are the person's. */
export function registerBenchTiming(bench: Command, { readGaps, openTimes }: Ports): void {
  const timing = bench
    .command("timing")
    .description(
      "whether answers come as the person's do: learnt times against conversations that were held out",
    );
  addFlags(timing, choices)
    .addHelpText("after", examples)
    .action(async (flags: Chosen<typeof choices>, command: Command) => {
      const terminal = openTerminal({ json: command.optsWithGlobals().json ?? false });
      const { heldOut, seed } = withDefaults(choices, flags);
      const fit = compareTimes(await readGaps(command, heldOut), openTimes, seed);
      describe(fit, terminal);
      terminal.data(fit);
    });
}

function describe({ replies, bubbles, bursts }: TimingFit, { note }: Terminal): void {
  note(
    "gaps          held out   distance   own halves   pinball loss: of the median's   of fixed quantiles'",
  );
  for (const [name, fit] of Object.entries({ replies, bubbles })) {
    const { gaps, distance, ownHalves, pinball } = fit;
    if (gaps === 0) continue;
    const cells = [
      name.padEnd(12),
      formatCount(gaps).padStart(10),
      distance.toFixed(3).padStart(11),
      ownHalves.toFixed(3).padStart(13),
      formatPercent(pinball.ofMedian, 1).padStart(30),
      formatPercent(pinball.ofQuantiles, 1).padStart(22),
    ];
    note(cells.join(""));
  }
  note(
    `After a friend's message, more of their burst is waited for ${bursts.medianWaitSeconds.toFixed(0)} s (median).`,
  );
  for (const { patience, waiting, notWaiting } of bursts.beforeAnswer) {
    note(
      `Of ${formatCount(bursts.followed)} that the same friend went on after, ${formatPercent(waiting, 1)} were followed before an answer at patience ${patience} would come, and ${formatPercent(notWaiting, 1)} if it did not wait.`,
    );
  }
}
