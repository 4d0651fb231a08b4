import { Option } from "commander";

/** An option that takes one name each time it is given: as a list, it would take the arguments after it for names too. */
export function names(flag: string, description: string): Option {
  return new Option(flag, description).argParser((name: string, known: string[] = []) => [...known, name]);
}
