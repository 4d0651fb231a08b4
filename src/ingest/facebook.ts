/** Facebook's "Export your information" in JSON, of every year: `<section>/<slug>_<id>/message_N.json`. */
import { type ExportFormat, threadFolderFormat } from "./formats/index.ts";

export const facebook: ExportFormat = threadFolderFormat({
  name: "facebook",
  isOurs: (path) => !path.includes("your_instagram_activity/"),
});
