/** Folders that lead out of themselves or in circles. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { writeFolder } from "../export-writer.ts";
import { evilThread, goodFiles, goodWords, type HostileInput, hostileFile, root } from "./parts.ts";

export function brokenFolders(): HostileInput[] {
  return [
    {
      name: "folder with a link to a file outside",
      outcome: "warned",
      good: goodWords,
      make: (directory) => folderWithLink(directory, "file"),
    },
    {
      name: "folder with a link to a folder outside",
      outcome: "warned",
      good: goodWords,
      make: (directory) => folderWithLink(directory, "directory"),
    },
    {
      name: "folder that links to itself",
      outcome: "warned",
      good: goodWords,
      make: async (directory) => {
        const folder = await writeFolder(directory, goodFiles());
        await symlink("..", path.join(folder, root, "inbox", "loop"));
        await symlink(".", path.join(folder, root, "again"));
        return [folder];
      },
    },
    {
      name: "folder in the place of a file",
      outcome: "imported",
      good: goodWords,
      make: async (directory) => {
        await mkdir(path.join(directory, hostileFile), { recursive: true });
        return [await writeFolder(directory, goodFiles())];
      },
    },
    {
      name: "link that leads nowhere",
      outcome: "warned",
      good: goodWords,
      make: async (directory) => {
        const folder = await writeFolder(directory, goodFiles());
        await mkdir(path.dirname(path.join(folder, hostileFile)), { recursive: true });
        await symlink("nowhere.json", path.join(folder, hostileFile));
        return [folder];
      },
    },
    {
      name: "path that is not there",
      outcome: "refused",
      good: [],
      make: async (directory) => [path.join(directory, "none")],
    },
    {
      name: "folder without threads",
      outcome: "refused",
      good: [],
      make: async (directory) => [directory],
    },
    {
      name: "file that is no export",
      outcome: "refused",
      good: [],
      make: async (directory) => {
        await writeFile(path.join(directory, "photo.jpg"), "not a zip");
        return [path.join(directory, "photo.jpg")];
      },
    },
  ];
}

async function folderWithLink(directory: string, what: "file" | "directory"): Promise<string[]> {
  const outside = path.join(directory, "outside");
  await mkdir(outside);
  await writeFile(path.join(outside, "message_1.json"), evilThread());
  const folder = await writeFolder(path.join(directory, "export"), goodFiles());
  const link = path.join(folder, what === "file" ? hostileFile : path.dirname(hostileFile));
  await mkdir(path.dirname(link), { recursive: true });
  await symlink(what === "file" ? path.join(outside, "message_1.json") : outside, link);
  return [folder];
}
