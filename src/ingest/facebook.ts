/** Facebook's "Export your information" in JSON, of every year: `<section>/<slug>_<id>/message_N.json`. */
import { threadFolderFormat } from "./formats/index.ts";

export const facebook = threadFolderFormat("facebook");
