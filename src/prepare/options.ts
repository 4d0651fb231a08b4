import { withDefaults } from "../choices/index.ts";
import type { MessageStore } from "../handoffs/index.ts";
import { builtInTokenizerDirectory, builtInTokenizerName } from "../tokenizer/index.ts";
import type { Workspace } from "../workspace.ts";
import {
  currentNames,
  findPersona,
  requireKnown,
  requireKnownOrForgotten,
  spellingsInStore,
} from "./names.ts";
import { checkVocabularySize } from "./own-vocabulary.ts";
import type { Ports } from "./ports.ts";
import { countryOfLocale } from "./redaction/index.ts";
import { contentChoices, type Settings } from "./settings.ts";

/** What is asked of `prepareShards`; everything but the store and the workspace has a default, and has it here. */
export interface PrepareOptions extends Undefinable<Settings>, Undefinable<Ports> {
  store: MessageStore;
  workspace: Workspace;
}

type Undefinable<Type> = { [Key in keyof Type]?: Type[Key] | undefined };

/** @throws {UserError} for a name that the store does not have. */
export function settingsOf(options: PrepareOptions): Settings {
  const { store } = options;
  const chosen = withDefaults(contentChoices, options);
  // A misspelled name would leave nothing of what was asked for.
  requireKnown(store, { threads: chosen.includeThreads, people: chosen.includePeople });
  requireKnownOrForgotten(store, chosen.optedOut, "optedOut");
  return Object.freeze({
    ...chosen,
    includePeople: currentNames(chosen.includePeople, store),
    excludePeople: currentNames(chosen.excludePeople, store),
    optedOut: spellingsInStore(chosen.optedOut, store),
    country: countryOfPhones(chosen.country),
    timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    maxConversations: options.maxConversations ?? null,
    persona: findPersona(store, options.persona),
    ownRules: options.ownRules ?? "",
    tokenizerDirectory: options.tokenizerDirectory ?? builtInTokenizerDirectory,
    tokenizerName: options.tokenizerName ?? builtInTokenizerName,
    trainTokenizer: checkVocabularySize(options.trainTokenizer ?? null),
    showNames: options.showNames ?? true,
    dryRun: options.dryRun ?? false,
  });
}

/** Where telephone numbers without a country code are from, ISO 3166; null where not even this machine's locale says so. */
export function countryOfPhones(chosen: string | null): string | null {
  return chosen ?? countryOfLocale() ?? null;
}

export function portsOf(options: PrepareOptions): Ports {
  const {
    store,
    workspace,
    jobs = "auto",
    storeModule = null,
    signal = new AbortController().signal,
    onProgress = () => {},
    note = () => {},
  } = options;
  return Object.freeze({ store, workspace, jobs, storeModule, signal, onProgress, note });
}
