import * as z from "zod";

/** An id that names a folder: it is read from files that anybody may have edited, and must not lead out of where it belongs. */
export const FolderName = z.string().regex(/^[\w-][\w.-]*$/);
