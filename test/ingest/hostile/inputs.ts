/** The table of inputs made to harm, each with what must come of it. */
import { brokenFolders } from "./folders.ts";
import { brokenJson, oddEncodings, oddStructures } from "./json.ts";
import { oddNames } from "./names.ts";
import { oldInstagramInputs, secureInputs } from "./other-formats.ts";
import type { HostileInput } from "./parts.ts";
import { oddTimes, wrongTypes } from "./values.ts";
import { bombs, brokenZips, pathsInZips } from "./zips.ts";

export function hostileInputs(): HostileInput[] {
  return [
    ...pathsInZips(),
    ...bombs(),
    ...brokenZips(),
    ...brokenFolders(),
    ...brokenJson(),
    ...oddEncodings(),
    ...oddStructures(),
    ...wrongTypes(),
    ...oddTimes(),
    ...oddNames(),
    ...secureInputs(),
    ...oldInstagramInputs(),
  ];
}
