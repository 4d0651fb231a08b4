import type { ShardManifest } from "../../handoffs/index.ts";
import {
  bigNumber,
  formatCount,
  formatDate,
  formatPlural,
  formatRoughly,
  formatShare,
  html,
  type Markup,
} from "../../page/index.ts";
import type { Facts } from "../facts/index.ts";

const dayMs = 86_400_000;

/** One paragraph and the big numbers. `persona` is undefined where names are not shown. */
export function header({
  manifest,
  facts,
  persona,
}: {
  manifest: ShardManifest;
  facts: Facts;
  persona: string | undefined;
}): Markup {
  const { train, val } = manifest.splits;
  const { messages } = facts.counts.persona;
  const all = messages + facts.counts.others.messages;
  const bigNumbers = [
    bigNumber(formatRoughly(all), "messages read", spanOf(facts)),
    bigNumber(formatRoughly(messages), "by the persona", share(messages, all, "of all")),
    bigNumber(formatCount(Object.keys(facts.threads).length), "threads", groupsOf(facts)),
    bigNumber(
      formatRoughly(train.conversations),
      "conversations",
      `${formatCount(val.conversations)} more held out`,
    ),
    bigNumber(formatRoughly(train.tokens), "tokens to train on", `${manifest.tokenizer.name} vocabulary`),
    bigNumber(share(train.supervisedTokens, train.tokens), "supervised", "the persona’s own words"),
  ];
  return html`<p class="made">${persona === undefined ? "" : html`<bdi>${persona}</bdi> · `}data set <code>${manifest.id}</code> · <span class="date">${formatDate(manifest.createdAt)}</span></p>
<dl class="numbers">${bigNumbers}</dl>`;
}

function share(part: number, whole: number, of = ""): string {
  return whole === 0 ? "–" : `${formatShare(part / whole)} ${of}`.trim();
}

function groupsOf({ threads }: Facts): string {
  const groups = Object.values(threads).filter(({ isGroup }) => isGroup).length;
  return groups === 0 ? "none of them a group" : `${formatPlural(groups, "group")} among them`;
}

function spanOf({ counts }: Facts): string {
  const days = Object.keys(counts.days).map(Number);
  if (days.length === 0) return "without times";
  const first = days.reduce((least, day) => Math.min(least, day)) * dayMs;
  const last = days.reduce((most, day) => Math.max(most, day)) * dayMs;
  const years = [first, last].map((day) => new Date(day).getUTCFullYear());
  if (years[0] !== years[1]) return `${years[0]} to ${years[1]}`;
  const month = new Intl.DateTimeFormat("en-GB", { month: "long", timeZone: "UTC" });
  const months = [first, last].map((day) => month.format(day));
  return `${months[0] === months[1] ? months[0] : months.join(" to ")} ${years[0]}`;
}
