export { isLoopback } from "./access/index.ts";
export { type HttpServer, type ServerOptions, startServer } from "./server.ts";
