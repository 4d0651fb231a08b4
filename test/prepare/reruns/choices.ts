/** What an owner may ask for between two runs. */
import type { MessageStore } from "../../../src/handoffs/index.ts";
import type { PrepareOptions } from "../../../src/prepare/index.ts";
import { builtInTokenizerDirectory } from "../../../src/tokenizer/tokenizer.ts";
import type { Random } from "../../ingest/truth/random.ts";

export type Choices = Omit<PrepareOptions, "store" | "workspace">;

/** One choice, or none any more; `chat` is the folder of a chat model's tokeniser. */
export function someChoice(random: Random, { owner, threads }: MessageStore, chat: string): Choices {
  const names = threads.flatMap(({ people }) => people.map(({ name }) => name));
  const titles = threads.map(({ title }) => title);
  const share = () => random.pick([0, 0.05, 0.2, 0.5]);
  const some = (list: string[]) => random.shuffle(list).slice(0, random.below(3));
  return random.pick<() => Choices>([
    () => ({ keepShort: random.pick([0, 0.5, 1]) }),
    () => ({ holdOutShare: random.pick([0.05, 0.2, 0.5]) }),
    () => ({ holdOutThreadShare: share() }),
    () => ({ neutralLabelShare: share() }),
    () => ({ maxSilenceMinutes: random.pick(["auto", "auto", 20, 600]) }),
    () => ({ realNames: random.pick(["keep", "initials", "invented", "invented"]) }),
    () => ({ country: random.pick(["PT", "US"]) }),
    () => ({ since: random.pick([null, Date.UTC(2019, 6)]), until: random.pick([null, Date.UTC(2021, 3)]) }),
    () => ({ includeThreads: random.pick([[], titles.slice(1)]) }),
    () => ({ excludeThreads: some(titles) }),
    () => ({ excludePeople: some(names) }),
    () => ({ excludedSections: random.pick([["spam"], ["e2ee_cutover"], []]) }),
    () => ({ ownRules: random.pick(["", "mill\n", "Ben Reis\n/w1\\d+/\n"]) }),
    () => ({ timeZone: random.pick(["Europe/Lisbon", "Asia/Tokyo"]) }),
    () => ({ optedOut: some(names.filter((name) => name !== owner)) }),
    () => ({ optedOut: [] }),
    () => ({ minOwnTexts: random.pick([1, 5, 20]) }),
    () => ({ maxConversations: random.pick([null, 3]) }),
    () => ({ rendering: "chat", tokenizerDirectory: chat }),
    () => ({ rendering: "plain", tokenizerDirectory: builtInTokenizerDirectory }),
  ])();
}
