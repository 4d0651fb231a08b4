export { findBankAccounts, findNamedAccounts } from "./bank-accounts.ts";
export { numberFinder } from "./numbers.ts";
export { countryOfLocale, readCountry } from "./phones.ts";
