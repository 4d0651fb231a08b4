import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type * as Library from "@observablehq/plot";

/**
 * Observable Plot and the d3 below it as the two files that they ship for browsers: their five hundred modules take twice
 * as long to load.
 */
const plot = import.meta.resolve("@observablehq/plot");
const d3 = pathToFileURL(createRequire(plot).resolve("d3"));
await import(new URL("../dist/d3.min.js", d3).href);
await import(new URL("../dist/plot.umd.min.js", plot).href);

export const { Plot } = globalThis as unknown as { Plot: typeof Library };
