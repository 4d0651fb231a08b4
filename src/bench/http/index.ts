export { registerBenchHttp } from "./command.ts";
