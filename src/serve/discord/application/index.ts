export { type Application, readApplication } from "./application.ts";
export { inviteLinks, permissionsAsked } from "./invite.ts";
