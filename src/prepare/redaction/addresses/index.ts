export { findInternetAddresses } from "./internet-addresses.ts";
export { findLinksAndEmails, findSpelledEmails, mentionsAt, mentionsDot, partsOfDot } from "./links.ts";
export { findPlaces } from "./post-codes.ts";
export { findStreetAddresses } from "./streets/index.ts";
