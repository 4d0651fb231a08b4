export { MetWords, mayHold, type NamesMet } from "./met-words.ts";
export {
  createNameMap,
  idOfLabels,
  type Labels,
  labelPeople,
  type NameMapOptions,
  nameMapOf,
} from "./name-map.ts";
export { mayLoseAccents, withoutAccents } from "./name-spellings.ts";
export { onlyOptedOutSpeak, optedOutBubble, optedOutLabel, withoutOptedOut } from "./opt-outs.ts";
