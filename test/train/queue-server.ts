import { afterAll, beforeAll } from "vitest";
import { openQueueServer, type QueueServer } from "../../src/train/index.ts";
import type { QueueConnection } from "../../src/train/queue/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { newWorkspace } from "../new-workspace.ts";

/** An embedded server of a test file's own, and a connection to it. */
export interface OwnServer {
  workspace: Workspace;
  server: QueueServer;
  redis: QueueConnection;
}

/** Started before the first test of a file, shut down after the last. */
export function useQueueServer(): OwnServer {
  const own = {} as OwnServer;
  beforeAll(async () => {
    const workspace = await newWorkspace();
    const server = await openQueueServer({ workspace });
    Object.assign(own, { workspace, server, redis: server.connect() });
  });
  afterAll(() => own.server.close());
  return own;
}
