export { forgetme, forgetThis, optin, optout } from "./forgetting.ts";
export { iam } from "./identity.ts";
