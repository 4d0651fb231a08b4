export { readJsonBody } from "./body.ts";
export { checkHostAndOrigin, isLoopback } from "./hosts.ts";
export { TokenCheck } from "./token.ts";
