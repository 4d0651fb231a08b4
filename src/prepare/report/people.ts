import {
  type Chart,
  figure,
  formatCount,
  formatCountTick,
  formatShare,
  html,
  legendOf,
  type Markup,
  Plot,
  shorten,
  voices,
} from "../../page/index.ts";
import type { Facts } from "../facts/index.ts";

const threadsShown = 14;

interface ThreadBar {
  /** Unique in the chart, in its order. */
  place: number;
  name: string;
  persona: number;
  others: number;
}

export function peopleSection(facts: Facts, showNames: boolean): Markup {
  return html`<section id="people">
<h2>People</h2>
<p class="lead">The voice depends on who listens.${showNames ? "" : " Names are shown to the owner alone."}</p>
${figure(topThreads(facts, showNames))}
</section>`;
}

function topThreads(facts: Facts, showNames: boolean): Chart {
  const all = Object.values(facts.threads).map((thread) => ({
    ...thread,
    messages: thread.personaMessages + thread.othersMessages,
  }));
  const messages = all.reduce((sum, thread) => sum + thread.messages, 0);
  const shown = all
    .sort(
      (a, b) =>
        b.messages - a.messages ||
        a.title.localeCompare(b.title, "en") ||
        b.personaMessages - a.personaMessages,
    )
    .slice(0, threadsShown);
  const bars = shown.map(({ title, isGroup, personaMessages, othersMessages }, place): ThreadBar => {
    const neutral = `${isGroup ? "Group" : "Friend"} ${place + 1}`;
    return {
      place,
      name: showNames ? title : neutral,
      persona: personaMessages,
      others: othersMessages,
    };
  });
  const inShown = shown.reduce((sum, thread) => sum + thread.messages, 0);

  return {
    id: "top-threads",
    title: "Where the words come from",
    description: `Messages of the ${bars.length} largest threads, the persona's and those of others.`,
    caption: captionOf(shown.length, all.length, inShown / Math.max(1, messages)),
    legend: legendOf([voices.persona, voices.others]),
    plot: (width) => {
      const isNarrow = width < 500;
      const nameOf = (place: number) => shorten(bars[place]?.name ?? "", isNarrow ? 15 : 24);
      const title = (bar: ThreadBar) =>
        `${shorten(bar.name, 80)}: ${formatCount(bar.persona)} of the persona, ${formatCount(bar.others)} of others`;
      return {
        height: 34 + 22 * bars.length,
        marginLeft: isNarrow ? 122 : 178,
        marginRight: 14,
        x: { label: null, grid: true, ticks: isNarrow ? 3 : 6, tickFormat: formatCountTick },
        y: {
          label: null,
          tickSize: 0,
          domain: bars.map(({ place }) => place),
          tickFormat: nameOf,
          padding: 0.3,
        },
        marks: [
          Plot.barX(bars, { y: "place", x1: 0, x2: "persona", fill: voices.persona.colour, title }),
          Plot.barX(bars, {
            y: "place",
            x1: "persona",
            x2: (bar: ThreadBar) => bar.persona + bar.others,
            fill: voices.others.colour,
            title,
          }),
          Plot.ruleX([0], { stroke: "var(--rule)" }),
        ],
      };
    },
  };
}

function captionOf(shown: number, all: number, share: number): string {
  const what =
    shown < all
      ? `The ${shown} largest threads hold ${formatShare(share)} of all messages`
      : "All threads, the largest first";
  return `${what}: the persona will sound most like it does where it wrote most.`;
}
