/** Instagram's export in JSON, since 2020: Facebook's layout and encoding, since 2023 under a root of its own. */
import { threadFolderFormat } from "./dyi/index.ts";

export const instagram = threadFolderFormat("instagram");
