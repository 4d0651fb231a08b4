export { isSelf } from "./web.ts";
export { whatsapp } from "./whatsapp.ts";
