import { chmod, mkdir, rm, writeFile } from "node:fs/promises";

interface Damage {
  name: string;
  damage: (file: string) => Promise<unknown>;
  /** How a reader speaks of it. */
  says: string;
}

const damaged = "is damaged, or comes from another version of persona.";
const content = (name: string, text: string | Uint8Array): Damage => ({
  name,
  damage: (file) => writeFile(file, text),
  says: damaged,
});

/** What a power cut, a full disk, a hand or another version can make of a file of JSON. */
export const damages: Damage[] = [
  content("is empty", ""),
  content("stops in its middle", '{"format": 1, "id": "aa'),
  content("is zeros, as after a power cut", Buffer.alloc(500)),
  content("is no object", "null"),
  content("lacks what it must say", "{}"),
  content("is of another version", '{"format": 99, "id": "aaaa", "run": 7}'),
  {
    name: "is a folder",
    async damage(file) {
      await rm(file, { force: true });
      await mkdir(file);
    },
    says: "is a folder, and should be a file.",
  },
  // Root may read everything.
  ...(process.getuid?.() === 0
    ? []
    : [
        {
          name: "may not be read",
          damage: (file: string) => chmod(file, 0),
          says: "cannot be read (EACCES).",
        },
      ]),
];
