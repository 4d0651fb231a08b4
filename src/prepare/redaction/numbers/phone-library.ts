import type * as Library from "libphonenumber-js/max";

/**
 * The library as the one file that it ships for browsers: its ninety modules take five times as long to load, in every
 * worker thread.
 */
const bundle = new URL("../bundle/libphonenumber-max.js", import.meta.resolve("libphonenumber-js/max"));
await import(bundle.href);
const { libphonenumber } = globalThis as unknown as { libphonenumber: typeof Library };

export const { isSupportedCountry, Metadata, parsePhoneNumberFromString } = libphonenumber;
