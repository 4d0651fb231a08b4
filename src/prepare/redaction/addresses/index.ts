export { findInternetAddresses } from "./internet-addresses.ts";
export { findLinksAndEmails } from "./links.ts";
export { findPlaces } from "./post-codes.ts";
export {
  findSpelledEmails,
  findSpelledLinks,
  mentionsAt,
  mentionsDefused,
  mentionsDot,
  mentionsMailHost,
  partsOfDot,
} from "./spelled.ts";
export { findStreetAddresses } from "./streets/index.ts";
