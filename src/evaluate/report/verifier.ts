import { type Evaluation, isMeasured, type Measured } from "../../handoffs/index.ts";
import {
  type Chart,
  figure,
  formatShare,
  formatShareTick,
  html,
  legendOf,
  type Markup,
  Plot,
} from "../../page/index.ts";
import { notMeasured } from "./not-measured.ts";
import { sides } from "./sides.ts";

export function verifierSection({ verifier }: Evaluation): Markup {
  return html`<section id="verifier">
<h2>Who is thought to have written it?</h2>
<p class="lead">A classifier has learned to tell the person from those they talk with, and is shown bags of replies. One message
says little; many together say who wrote them.</p>
${isMeasured(verifier) ? verifier.map((one) => figure(attribution(one))) : notMeasured(verifier)}
</section>`;
}

type Verifier = Measured<Evaluation["verifier"]>[number];

const namesOf: Record<Verifier["name"], string> = {
  ngrams: "By letters and words in a row",
  compression: "By how well they compress together",
};

function attribution({ name, bags }: Verifier): Chart {
  const lines = [
    { side: sides.real, of: (bag: Verifier["bags"][number]) => bag.real },
    { side: sides.run, of: (bag: Verifier["bags"][number]) => bag.generated },
    { side: sides.base, of: (bag: Verifier["bags"][number]) => bag.base },
    { side: sides.friends, of: (bag: Verifier["bags"][number]) => bag.friends },
  ];
  const points = lines.flatMap(({ side, of }) =>
    bags.map((bag) => ({ size: bag.size, share: of(bag), ...side })),
  );
  type Point = (typeof points)[number];
  const sentence = ({ size, share, label }: Point) => `${label}, bags of ${size}: ${formatShare(share)}`;
  return {
    id: `verifier-${name}`,
    title: namesOf[name],
    description: points.map(sentence).join(". "),
    caption: "Share of bags that are taken for the person’s, by how many replies a bag holds.",
    legend: legendOf(lines.map(({ side }) => ({ ...side, shape: "line" as const }))),
    plot: () => ({
      height: 240,
      marginLeft: 48,
      marginRight: 18,
      x: { type: "point", label: null, domain: bags.map(({ size }) => size) },
      y: { domain: [0, 1], label: null, grid: true, ticks: 5, tickFormat: formatShareTick },
      color: { type: "identity" },
      marks: [
        Plot.ruleY([0.5], { stroke: "var(--muted)", strokeDasharray: "3 3" }),
        Plot.line(points, { x: "size", y: "share", stroke: "colour", z: "label", strokeWidth: 2 }),
        Plot.dot(points, { x: "size", y: "share", r: 4.5, fill: "colour", title: sentence }),
      ],
    }),
  };
}
