export { memoryOf } from "./conversation/index.ts";
export { type HttpServer, type ServerOptions, startServer } from "./server.ts";
export type { Answering } from "./service.ts";
