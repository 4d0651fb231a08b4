import { openMessages } from "../ingest/index.ts";
import { servePrepareWork } from "../prepare/index.ts";
import { openWorkspace } from "../workspace.ts";

// A worker thread of `persona prepare`: the rooms do not know each other, so this is where the store meets the work.
await servePrepareWork((root) => openMessages(openWorkspace(root as string)));
