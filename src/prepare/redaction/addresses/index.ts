export { findInternetAddresses } from "./internet-addresses.ts";
export { findLinksAndEmails, findSpelledEmails, mentionsAt, mentionsDot, partsOfDot } from "./links.ts";
export { findPlaces, findStreetAddresses } from "./street-addresses.ts";
