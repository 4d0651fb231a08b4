export { memoryOf } from "./conversation/index.ts";
export { type HttpServer, refuseOpenDoor, type ServerOptions, startServer } from "./server.ts";
export type { Answering } from "./service.ts";
