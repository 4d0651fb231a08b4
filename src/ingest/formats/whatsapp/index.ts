export { isSelf } from "./self.ts";
export { whatsapp } from "./whatsapp.ts";
