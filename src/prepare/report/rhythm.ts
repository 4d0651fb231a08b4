import type { PlotOptions } from "@observablehq/plot";
import type { Style } from "../../handoffs/index.ts";
import {
  type Chart,
  figure,
  formatDuration,
  formatShare,
  formatShareTick,
  html,
  legendOf,
  type Markup,
  Plot,
  voices,
} from "../../page/index.ts";
import { bubbleEdges, characterEdges, durationEdges, type Facts, total } from "../facts/index.ts";

export function rhythmSection(facts: Facts, style: Style): Markup {
  return html`<section id="rhythm">
<h2>Rhythm</h2>
<p class="lead">How the persona takes its turn: how soon, in how many bubbles, at what length. The bot keeps this rhythm.</p>
${figure(replyDelays(facts, style))}
${figure(delaysByHour(style))}
${figure(bubblesATurn(facts))}
${figure(lengths(facts, style))}
</section>`;
}

/** One bar of a distribution: its bounds and the share of each voice. */
interface Bar {
  from: number;
  to: number;
  persona: number;
  others: number;
}

const comparison = legendOf([voices.persona, { ...voices.others, shape: "line" }]);

/** Joins bins into one for each octave, and bounds the open ones, so that bars are equally wide on a log scale. */
function octaves(edges: number[], counts: { persona: number[]; others: number[] }): Bar[] {
  const bars = new Map<number, Bar>();
  const shares = {
    persona: Math.max(1, total(counts.persona)),
    others: Math.max(1, total(counts.others)),
  };
  for (const [bin, edge] of edges.entries()) {
    const from = edge < 1 ? 0.5 : 2 ** Math.floor(Math.log2(edge));
    const bar = bars.get(from) ?? { from, to: 2 * from, persona: 0, others: 0 };
    bar.persona += (counts.persona[bin] ?? 0) / shares.persona;
    bar.others += (counts.others[bin] ?? 0) / shares.others;
    bars.set(from, bar);
  }
  return trimEnds([...bars.values()]);
}

function trimEnds(bars: Bar[]): Bar[] {
  const isFull = ({ persona, others }: Bar) => persona > 0.0005 || others > 0.0005;
  return bars.slice(Math.max(0, bars.findIndex(isFull)), bars.findLastIndex(isFull) + 1);
}

/** The persona's shares as bars and everyone else's as a line over them, on a log scale. */
function distributionPlot(bars: Bar[], ticks: number[], tickFormat: (value: number) => string) {
  const corners = bars.flatMap(({ from, to, others }) => [
    { at: from, others },
    { at: to, others },
  ]);
  const domain = [bars[0]?.from ?? 1, bars.at(-1)?.to ?? 2];
  const title = (bar: Bar) =>
    `${tickFormat(bar.from)} to ${tickFormat(bar.to)}: ${formatShare(bar.persona)} of the persona's, ${formatShare(bar.others)} of friends'`;
  return (width: number): PlotOptions => ({
    height: 210,
    marginLeft: 40,
    marginRight: 12,
    x: {
      type: "log",
      base: 2,
      domain,
      label: null,
      ticks: ticks.filter((tick, index) => isWithin(tick, domain) && (width > 500 || index % 2 === 0)),
      tickFormat,
    },
    y: { label: null, grid: true, ticks: 4, tickFormat: formatShareTick, insetTop: 4 },
    marks: [
      Plot.rectY(bars, {
        x1: "from",
        x2: "to",
        y: "persona",
        fill: voices.persona.colour,
        insetLeft: 1,
        insetRight: 1,
        title,
      }),
      Plot.line(corners, {
        x: "at",
        y: "others",
        stroke: voices.others.colour,
        strokeWidth: 2.5,
        strokeLinejoin: "round",
      }),
      Plot.ruleY([0], { stroke: "var(--rule)" }),
    ],
  });
}

function isWithin(value: number, [from = 0, to = 0]: number[]): boolean {
  return value >= from && value <= to;
}

function replyDelays({ counts }: Facts, { replyDelaySeconds }: Style): Chart {
  const bars = octaves(durationEdges, {
    persona: counts.persona.replyDelay,
    others: counts.others.replyDelay,
  });
  const { quantiles } = replyDelaySeconds.overall;
  return {
    id: "reply-delays",
    title: "How soon an answer comes",
    description: "Share of replies by delay on a logarithmic scale, of the persona and of friends.",
    caption: quantiles
      ? `Half of the persona’s answers come within ${formatDuration(quantiles.p50)}, nine in ten within ${formatDuration(quantiles.p90)}; each bar is twice as long a wait as the one before.`
      : "The persona answered nobody whose message has a time.",
    legend: comparison,
    plot: distributionPlot(
      bars,
      [1, 4, 15, 60, 240, 900, 3600, 14_400, 43_200, 172_800, 604_800],
      formatDuration,
    ),
  };
}

function delaysByHour({ replyDelaySeconds }: Style): Chart {
  const hours = replyDelaySeconds.byHour.flatMap(({ count, quantiles }, hour) =>
    quantiles === null || count < 5 ? [] : [{ hour, count, ...quantiles }],
  );
  type Hour = (typeof hours)[number];
  const bounds = hours.flatMap(({ p25, p75 }) => [Math.max(1, p25), Math.max(1, p75)]);
  const [low, high] = [Math.min(...bounds, 60) / 1.3, Math.max(...bounds, 2) * 1.3];
  return {
    id: "delays-by-hour",
    title: "By the hour of the day",
    description: "Median reply delay of the persona for each hour of the day, with the middle half.",
    caption:
      "The dot is the median wait for the persona’s answer, the line holds the middle half. Hours with fewer than five answers are left out.",
    plot: (width) => ({
      height: 200,
      marginLeft: 48,
      marginRight: 12,
      x: {
        domain: [-0.5, 23.5],
        label: null,
        ticks: width < 500 ? [0, 6, 12, 18] : [0, 3, 6, 9, 12, 15, 18, 21],
        tickFormat: (hour: number) => `${String(hour).padStart(2, "0")}:00`,
      },
      y: {
        type: "log",
        domain: [low, high],
        label: null,
        grid: true,
        ticks: [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400].filter((tick) => isWithin(tick, [low, high])),
        tickFormat: formatDuration,
      },
      marks: [
        Plot.ruleX(hours, {
          x: "hour",
          y1: (at: Hour) => Math.max(1, at.p25),
          y2: (at: Hour) => Math.max(1, at.p75),
          stroke: voices.persona.colour,
          strokeWidth: 4,
          strokeOpacity: 0.35,
          strokeLinecap: "round",
        }),
        Plot.dot(hours, {
          x: "hour",
          y: (at: Hour) => Math.max(1, at.p50),
          r: 4,
          fill: voices.persona.colour,
          title: (at: Hour) => `${at.hour}:00: half within ${formatDuration(at.p50)}`,
        }),
      ],
    }),
  };
}

/** Turns of more bubbles share the last bar. */
const maxBubbles = 8;

function bubblesATurn({ counts }: Facts): Chart {
  const shareOf = (bubbles: number[]) => {
    const all = Math.max(1, total(bubbles));
    const last = total(bubbles.slice(maxBubbles - 1));
    return [...bubbles.slice(0, maxBubbles - 1), last].map((turns) => turns / all);
  };
  const shares = { persona: shareOf(counts.persona.bubbles), others: shareOf(counts.others.bubbles) };
  const bars = shares.persona.flatMap((share, index) => {
    const bubbles = bubbleEdges[index] as number;
    const others = shares.others[index] ?? 0;
    return [
      { ...voices.persona, share, from: bubbles - 0.36, to: bubbles },
      { ...voices.others, share: others, from: bubbles, to: bubbles + 0.36 },
    ];
  });
  type PairedBar = (typeof bars)[number];
  const label = (bubbles: number) => (bubbles === maxBubbles ? `${bubbles}+` : String(bubbles));
  return {
    id: "bubbles-a-turn",
    title: "Bubbles a turn",
    description: "Share of turns by number of bubbles, of the persona and of friends.",
    caption: `${formatShare(1 - (shares.persona[0] ?? 0))} of the persona’s turns are bursts of two bubbles or more; friends’ are in ${formatShare(1 - (shares.others[0] ?? 0))}.`,
    legend: legendOf([voices.persona, voices.others]),
    plot: () => ({
      height: 200,
      marginLeft: 40,
      marginRight: 4,
      x: {
        domain: [0.5, maxBubbles + 0.5],
        label: null,
        ticks: bubbleEdges.slice(0, maxBubbles),
        tickFormat: label,
        tickSize: 0,
      },
      y: {
        label: null,
        grid: true,
        ticks: 4,
        tickFormat: formatShareTick,
        insetTop: 4,
      },
      marks: [
        Plot.rectY(bars, {
          x1: "from",
          x2: "to",
          y: "share",
          insetRight: 1,
          fill: (bar: PairedBar) => bar.colour,
          title: ({ label, share }: PairedBar) => `${label}: ${formatShare(share)}`,
        }),
        Plot.ruleY([0], { stroke: "var(--rule)" }),
      ],
      color: { type: "identity" },
    }),
  };
}

function lengths({ counts }: Facts, { charactersAMessage }: Style): Chart {
  const bars = octaves(characterEdges, {
    persona: counts.persona.characters,
    others: counts.others.characters,
  });
  const { quantiles } = charactersAMessage;
  return {
    id: "message-lengths",
    title: "How long a message is",
    description:
      "Share of messages by length in characters on a logarithmic scale, of the persona and of friends.",
    caption: quantiles
      ? `Characters a bubble. The persona’s median lies near ${quantiles.p50}; one in ten reaches ${quantiles.p90} or more.`
      : "The persona wrote no message.",
    legend: comparison,
    plot: distributionPlot(bars, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096], String),
  };
}
