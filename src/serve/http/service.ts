import type { OpenMask } from "../memory/index.ts";
import type { Persona } from "../persona.ts";
import { ApiProblem } from "./problems.ts";
import type { Jobs, Line, Metrics, Places } from "./traffic/index.ts";

/** Who answers, as a program may ask. */
export interface Answering {
  persona: Persona;
  /** Id of the run that answers now. */
  run(): string;
  /** As that run has seen words masked. */
  openMask(): OpenMask | undefined;
  /** What that run calls somebody, by their name or their Discord id; undefined for people whom it has not heard. */
  labelOf(name: string): string | undefined;
  /** Who talks where a message says no name. */
  as: string | undefined;
}

/** What all routes share. */
export interface Service extends Answering {
  line: Line;
  jobs: Jobs;
  metrics: Metrics;
  places: Places;
}

/** The model by which clients ask for whichever run answers. */
export const anyModel = "persona";

/**
 * The id of the run that answers.
 *
 * @throws {ApiProblem} where another one was asked for: nobody shall take its scores for those of the run they meant.
 */
export function modelFor({ run }: Answering, asked: string | null | undefined): string {
  const answering = run();
  if (asked === undefined || asked === null || asked === anyModel || asked === answering) return answering;
  throw noSuchModel(answering);
}

export function noSuchModel(answering: string): ApiProblem {
  return new ApiProblem(404, `That model does not answer here: ask for "${anyModel}" or "${answering}".`, {
    param: "model",
    code: "model_not_found",
  });
}

/** Names, in a header, what of a request nothing was done with. */
export function warningAbout(ignored: string[]): Record<string, string> {
  if (ignored.length === 0) return {};
  const words = ignored.map((name) => name.replace(/[^\w.[\]: -]/g, "?").slice(0, 60)).join(", ");
  return { "x-persona-ignored": words.length > 500 ? `${words.slice(0, 497)}...` : words };
}

/** Unix time in seconds. */
export function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}
