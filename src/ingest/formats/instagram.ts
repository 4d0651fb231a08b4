/** Instagram's export in JSON, since 2020: Facebook's layout and encoding under a root of its own. */
import { threadFolderFormat } from "./dyi/index.ts";
import type { ExportFormat } from "./format.ts";

export const instagram: ExportFormat = threadFolderFormat({
  name: "instagram",
  isOurs: (path) => path.includes("your_instagram_activity/"),
});
