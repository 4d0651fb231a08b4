export { memoryOf } from "./conversation/index.ts";
export { describeMistake } from "./problems.ts";
export {
  type HttpServer,
  refuseOpenDoor,
  requireFreePort,
  type ServerOptions,
  startServer,
} from "./server.ts";
export type { Answering } from "./service.ts";
