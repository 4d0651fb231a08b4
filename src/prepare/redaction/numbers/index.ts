export { findBankAccounts } from "./bank-accounts.ts";
export { findNamedAccounts } from "./named-accounts.ts";
export { numberFinder } from "./numbers.ts";
export { countryOfLocale, readCountry } from "./phones.ts";
