import { readFileSync } from "node:fs";
import path from "node:path";
import type { ThreadSummary } from "../../handoffs/index.ts";
import { writeFileAtomically } from "../../workspace.ts";
import { idOfLabels, type Labels, mayHold } from "../redaction/index.ts";
import type { SegmentSummary } from "./segment.ts";

/**
 * What people were called when segments were made, beside the segments.
 *
 * One more person in the store changes nothing in a thread that they are not part of, where their name cannot stand in its
 * texts and everybody in it is still called the same.
 */
export interface LabelHistory {
  /** Whether a segment that was made under other labels would be the same under today's. */
  isCurrent(thread: ThreadSummary, summary: SegmentSummary): boolean;
  /** The file of the labels that a segment was made under. */
  fileOf(summary: SegmentSummary): string | undefined;
}

export async function openLabelHistory(directory: string, labels: Labels): Promise<LabelHistory> {
  const fileOfId = (id: string) => path.join(directory, `labels-${id}.json`);
  const today = idOfLabels(labels);
  // Written before any segment: without the labels it was made under, a segment is made again.
  if (labels !== undefined && readLabels(fileOfId(today), today) === undefined)
    await writeFileAtomically(fileOfId(today), JSON.stringify([...labels]));
  const changesSince = new Map<string, ReadonlySet<string> | undefined>([[today, new Set()]]);

  function changedSince(id: string): ReadonlySet<string> | undefined {
    if (!changesSince.has(id)) changesSince.set(id, namesThatChanged(readLabels(fileOfId(id), id), labels));
    return changesSince.get(id);
  }

  return {
    isCurrent({ people }, { namesMet }) {
      if (labels === undefined) return true;
      const changed = namesMet && changedSince(namesMet.labelsId);
      if (namesMet === undefined || changed === undefined) return false;
      return (
        !people.some(({ name }) => changed.has(name)) && ![...changed].some((name) => mayHold(namesMet, name))
      );
    },
    fileOf: ({ namesMet }) => namesMet && fileOfId(namesMet.labelsId),
  };
}

/** Undefined where they are not there or damaged: the segments are made again. */
function readLabels(file: string, id: string): Labels {
  try {
    const labels: Labels = new Map(JSON.parse(readFileSync(file, "utf8")));
    return idOfLabels(labels) === id ? labels : undefined;
  } catch {
    return undefined;
  }
}

/** Names that are new, gone, or have another label; undefined where it is not known what was. */
function namesThatChanged(before: Labels, now: Labels): ReadonlySet<string> | undefined {
  if (before === undefined || now === undefined) return undefined;
  const names = new Set([...before.keys(), ...now.keys()]);
  return new Set([...names].filter((name) => before.get(name) !== now.get(name)));
}
