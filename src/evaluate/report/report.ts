import path from "node:path";
import { type Evaluation, isMeasured, type RunRecord } from "../../handoffs/index.ts";
import {
  bigNumber,
  formatDate,
  formatPlural,
  formatShare,
  html,
  type Markup,
  page,
} from "../../page/index.ts";
import { formatFigure, styleDistance } from "../measures.ts";
import type { Question } from "../replies.ts";
import { leaksSection } from "./leaks.ts";
import { samplesSection } from "./samples.ts";
import { styleSection } from "./style.ts";
import { toldApartSection } from "./told-apart.ts";
import { verifierSection } from "./verifier.ts";
import { wordsSection } from "./words.ts";

interface ReportInput {
  evaluation: Evaluation;
  run: RunRecord;
  /** Held-out contexts with what each answered, for the owner alone. */
  questions: Question[];
}

/** The page that shows the owner how like them a run is, and what it gives away: one HTML text that loads nothing. */
export function writeReport({ evaluation, run, questions }: ReportInput): string {
  return page({
    title: `Does run ${run.id} sound like ${run.persona}?`,
    header: header(evaluation, run),
    sections: [
      { id: "told-apart", name: "Told apart", content: toldApartSection(evaluation) },
      { id: "words", name: "Words", content: wordsSection(evaluation) },
      { id: "verifier", name: "Attributed", content: verifierSection(evaluation) },
      { id: "style", name: "Habits", content: styleSection(evaluation) },
      { id: "leaks", name: "Leaks", content: leaksSection(evaluation.leaks) },
      { id: "samples", name: "Samples", content: samplesSection(questions, run.persona) },
    ],
  });
}

function header(evaluation: Evaluation, run: RunRecord): Markup {
  const { sizes, createdAt, base } = evaluation;
  return html`<p class="made"><bdi>${run.persona}</bdi> · run <code>${run.id}</code> · from <code>${path.basename(base)}</code> · <span class="date">${formatDate(createdAt)}</span>
· ${formatPlural(sizes.replies, "reply", "replies")} to messages of ${formatPlural(sizes.conversations, "held-out conversation")}</p>
<dl class="numbers">${headNumbers(evaluation)}</dl>`;
}

function headNumbers(evaluation: Evaluation): Markup[] {
  const { likelihood, twoSample, verifier, relevance, leaks } = evaluation;
  const bag = isMeasured(verifier) ? verifier[0]?.bags.find(({ size }) => size === 10) : undefined;
  const style = styleDistance(evaluation);
  const specificity = isMeasured(likelihood) ? likelihood.specificity : null;
  return [
    bigNumber(
      specificity === null ? "–" : formatFigure(specificity.value, "points").replace(" points", ""),
      "points of the gain are the person",
      specificity === null ? "too little held out" : between(specificity, "points"),
    ),
    bigNumber(
      isMeasured(twoSample) ? formatShare(twoSample.served.value) : "–",
      "told from the real one",
      isMeasured(twoSample) ? `${between(twoSample.served, "share")}; by guessing 50 %` : "not measured",
    ),
    bigNumber(
      bag === undefined ? "–" : formatShare(bag.generated),
      "of bags of ten taken for the person’s",
      bag === undefined ? "not measured" : `of real ones ${formatShare(bag.real)}`,
    ),
    bigNumber(
      style === undefined ? "–" : `${style.toFixed(1)}×`,
      "the distance of the person’s own halves",
      "in habits of writing",
    ),
    bigNumber(
      isMeasured(relevance) ? formatShare(relevance.generated.value) : "–",
      "fit their own context best",
      isMeasured(relevance) ? `of real ones ${formatShare(relevance.real.value)}` : "not measured",
    ),
    leaks.verdict === "none"
      ? bigNumber("none", "of the leaks looked for", "which is no proof")
      : bigNumber(
          String(leaks.reasons.length),
          leaks.reasons.length === 1 ? "kind of leak" : "kinds of leaks",
          "see below before serving it",
        ),
  ];
}

function between({ low, high }: { low: number; high: number }, unit: "points" | "share"): string {
  return `${formatFigure(low, unit).replace(/ .*/, "")} to ${formatFigure(high, unit).replace(/ .*/, "")}`;
}
