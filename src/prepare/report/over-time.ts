import {
  type Chart,
  figure,
  formatCount,
  formatCountTick,
  formatDay,
  html,
  legendOf,
  type Markup,
  Plot,
  voices,
} from "../../page/index.ts";
import type { Facts } from "../facts/index.ts";

const dayMs = 86_400_000;

export function overTimeSection(facts: Facts): Markup {
  return html`<section id="time">
<h2>Over time</h2>
<p class="lead">When these messages were written. Days and hours are those of ${facts.timeZone}.</p>
${figure(messagesOverTime(facts))}
${figure(weekHeatMap(facts))}
</section>`;
}

interface Bin {
  from: Date;
  to: Date;
  persona: number;
  others: number;
}

function messagesOverTime({ counts }: Facts): Chart {
  const days = Object.entries(counts.days).map(([day, [persona, others]]) => ({
    day: Number(day),
    persona,
    others,
  }));
  const { unit, binOf } = binning(days.map(({ day }) => day));
  const bins = new Map<number, Bin>();
  for (const { day, persona, others } of days) {
    const { from, to } = binOf(day);
    const bin = bins.get(from) ?? { from: new Date(from), to: new Date(to), persona: 0, others: 0 };
    bin.persona += persona;
    bin.others += others;
    bins.set(from, bin);
  }
  const sorted = [...bins.values()].sort((a, b) => a.from.getTime() - b.from.getTime());
  const busiest = sorted.toSorted((a, b) => b.persona + b.others - a.persona - a.others)[0];

  return {
    id: "messages-over-time",
    title: `Messages, ${unit} by ${unit}`,
    description: `Messages by ${unit}, the persona's below those of friends.`,
    caption: busiest
      ? `Each bar is a ${unit}; the busiest ${unit === "day" ? "was" : "began on"} ${formatDay(busiest.from.getTime() / dayMs)}, with ${formatCount(busiest.persona + busiest.others)} messages.`
      : "No message says when it was sent.",
    legend: legendOf([voices.persona, voices.others]),
    plot: (width) => ({
      height: 220,
      marginLeft: 44,
      marginRight: 8,
      x: { type: "utc", label: null, ticks: width < 500 ? 4 : 8 },
      y: { label: null, grid: true, ticks: 4, tickFormat: formatCountTick, insetTop: 4 },
      marks: [
        Plot.rectY(sorted, {
          x1: "from",
          x2: "to",
          y: "persona",
          fill: voices.persona.colour,
          insetLeft: 0.5,
          insetRight: 0.5,
          title: describeBin,
        }),
        Plot.rectY(sorted, {
          x1: "from",
          x2: "to",
          y1: "persona",
          y2: (bin: Bin) => bin.persona + bin.others,
          fill: voices.others.colour,
          insetLeft: 0.5,
          insetRight: 0.5,
          title: describeBin,
        }),
        Plot.ruleY([0], { stroke: "var(--rule)" }),
      ],
    }),
  };
}

function describeBin({ from, persona, others }: Bin): string {
  return `${formatDay(from.getTime() / dayMs)}: ${formatCount(persona)} of the persona, ${formatCount(others)} of friends`;
}

/** Bars that neither crowd nor starve: days for a few weeks, quarters for decades. Times are of days in UTC. */
function binning(days: number[]): { unit: string; binOf: (day: number) => { from: number; to: number } } {
  const first = days.reduce((least, day) => Math.min(least, day), Number.POSITIVE_INFINITY);
  const last = days.reduce((most, day) => Math.max(most, day), Number.NEGATIVE_INFINITY);
  const span = last - first;
  if (span <= 62) return { unit: "day", binOf: (day) => ({ from: day * dayMs, to: (day + 1) * dayMs }) };
  if (span <= 500) return { unit: "week", binOf: weekOf };
  if (span <= 7 * 366) return { unit: "month", binOf: (day) => monthsOf(day, 1) };
  return { unit: "quarter", binOf: (day) => monthsOf(day, 3) };
}

function weekOf(day: number): { from: number; to: number } {
  const monday = day - ((day + 3) % 7);
  return { from: monday * dayMs, to: (monday + 7) * dayMs };
}

function monthsOf(day: number, months: number): { from: number; to: number } {
  const date = new Date(day * dayMs);
  const start = date.getUTCMonth() - (date.getUTCMonth() % months);
  return {
    from: Date.UTC(date.getUTCFullYear(), start),
    to: Date.UTC(date.getUTCFullYear(), start + months),
  };
}

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/** Discrete, so that the legend is a row of boxes; the lowest step still tells a little from nothing. */
const steps = [0.18, 0.36, 0.56, 0.78, 1];

function weekHeatMap({ counts }: Facts): Chart {
  const most = Math.max(1, ...counts.weekHours);
  const cells = counts.weekHours.map((messages, index) => ({
    weekday: weekdays[Math.floor(index / 24)] as string,
    hour: index % 24,
    messages,
    opacity: messages === 0 ? 0.04 : (steps[Math.min(4, Math.floor((5 * messages) / most))] as number),
  }));
  const busiest = cells.toSorted((a, b) => b.messages - a.messages)[0];

  return {
    id: "hours-and-weekdays",
    title: "Hours and weekdays",
    description: "The persona's messages by hour of the day and day of the week, darker for more.",
    caption:
      busiest && busiest.messages > 0
        ? `When the persona writes. The busiest hour of the week is ${busiest.weekday} ${clock(busiest.hour)}, with ${formatCount(busiest.messages)} messages.`
        : "No message of the persona says when it was sent.",
    legend: legendOf(
      steps.map((opacity, index) => ({
        label: stepLabel(index, most),
        colour: voices.persona.colour,
        opacity,
      })),
    ),
    plot: (width) => ({
      height: width < 500 ? 200 : 230,
      marginLeft: 36,
      marginRight: 2,
      marginBottom: 24,
      padding: width < 500 ? 0.08 : 0.1,
      x: { label: null, tickSize: 0, ticks: [0, 6, 12, 18, 23], tickFormat: clock, type: "band" },
      y: { label: null, tickSize: 0, domain: weekdays },
      marks: [
        Plot.cell(cells, {
          x: "hour",
          y: "weekday",
          rx: 2,
          fill: voices.persona.colour,
          fillOpacity: { value: "opacity", scale: null },
          title: ({ weekday, hour, messages }: (typeof cells)[number]) =>
            `${weekday} ${clock(hour)}: ${formatCount(messages)}`,
        }),
      ],
    }),
  };
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

function stepLabel(index: number, most: number): string {
  const from = Math.max(1, Math.ceil((index * most) / 5));
  const to = index === 4 ? most : Math.ceil(((index + 1) * most) / 5) - 1;
  return from >= to ? formatCount(from) : `${formatCount(from)}–${formatCount(to)}`;
}
