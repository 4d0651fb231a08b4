export { bigNumber } from "./big-number.ts";
export { type Chart, figure, legendOf, shorten, voices } from "./chart.ts";
export { html, Markup, showInvisible } from "./html.ts";
export {
  formatCount,
  formatCountTick,
  formatDate,
  formatDay,
  formatDuration,
  formatPlural,
  formatRoughly,
  formatShare,
  formatShareTick,
} from "./numbers.ts";
export { page } from "./page.ts";
export { Plot } from "./plot-library.ts";
