/** Facebook's "Download your information" in JSON, of every year: `<section>/<slug>_<id>/message_N.json`. */
import { type ExportFormat, threadFolderFormat } from "./formats/index.ts";

const sections = "inbox|archived_threads|filtered_threads|message_requests|e2ee_cutover";

export const facebook: ExportFormat = threadFolderFormat({
  name: "facebook",
  // Groups hold a second copy of threads that the inbox has: the same id makes it the same thread.
  place: new RegExp(`(?:^|/)(${sections})/([^/]+)/message(?:_(\\d+))?\\.json$`),
  isOurs: (path) => !path.includes("your_instagram_activity/"),
});
