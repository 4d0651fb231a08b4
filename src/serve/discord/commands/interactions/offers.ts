import { createHash } from "node:crypto";

/** As many as Discord shows. */
const mostOffers = 25;
/** What it takes of an offer's name, and of its value. */
const longestOffer = 100;

/** What is offered while a name is typed: of a long one its beginning and its end are shown. */
export function offersOf(names: string[]): { name: string; value: string }[] {
  return names
    .filter((name) => name.trim() !== "")
    .slice(0, mostOffers)
    .map((name) => ({ name: shownOf(name), value: returnedFor(name) }));
}

/** The name that was chosen of those that were offered, or else what was typed. */
export function chosenOf(value: string, names: string[]): string {
  return names.find((name) => returnedFor(name) === value) ?? value;
}

function shownOf(name: string): string {
  if (name.length <= longestOffer) return name;
  return `${name.slice(0, 60).toWellFormed()}…${name.slice(-39).toWellFormed()}`;
}

/** Of two long names that begin and end alike, each has its own. */
function returnedFor(name: string): string {
  if (name.length <= longestOffer) return name;
  return `${name.slice(0, 80).toWellFormed()}… ${signOf(name)}`;
}

/** Stands for a name where that has no room. */
export function signOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 12);
}
