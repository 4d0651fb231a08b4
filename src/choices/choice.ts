/** Bounds of a number. */
export interface Bounds {
  readonly above?: number;
  readonly atLeast?: number;
  readonly below?: number;
  readonly atMost?: number;
}

/** What a choice may be; the key says which kind it is. */
type Kind =
  /** A number, or the word `or`. */
  | { readonly number: Bounds; readonly or?: string }
  | { readonly integer: Bounds }
  | { readonly oneOf: readonly string[] }
  /** `pattern` is a regular expression for the whole of it; `allowed` says the same to people. */
  | { readonly text: { readonly pattern?: string; readonly allowed?: string } }
  /** A two-letter code, in capitals or not. */
  | { readonly country: object }
  | { readonly boolean: object }
  /** A day such as `2018-01-31`; its value is the first moment of that day, as Unix time in milliseconds. */
  | { readonly day: object }
  /** Lists: their flags may be repeated. `pattern` and `each` are of each name, `allowed` of the list. */
  | { readonly names: { readonly pattern?: string; readonly each?: string; readonly allowed?: string } }
  | { readonly numbers: Bounds }
  /** A value by name, such as `{ "general": 0.5 }`; without a flag. */
  | {
      readonly byName:
        | { readonly number: Bounds }
        | { readonly oneOf: readonly string[] }
        | { readonly text: object };
    }
  /** Sentences in place of those of the table, by their names; without a flag. */
  | { readonly sentences: SentenceTable };

/** A sentence that is said to people, with `{places}` that are filled in. One that replaces it has the same. */
export interface UsualSentence {
  readonly text: string;
  /** Characters that one in its place may have: 500 where nothing is said. */
  readonly atMost?: number;
  /** Why it may not be empty, where more than a habit is lost without it. */
  readonly why?: string;
}

export type SentenceTable = Readonly<Record<string, UsualSentence>>;

/** One choice that a person can make: what it may be, what holds otherwise, and how it is explained. */
export type Choice = Kind & {
  /** Makes sense without the name of the flag. */
  readonly help: string;
  /** What holds when nobody chose; left out where that depends on something else. */
  readonly default?: unknown;
  /** What the default depends on, in words. */
  readonly otherwise?: string;
  /** Unit of the value, or what it is called in help: `--context-length <tokens>`. */
  readonly unit?: string;
  readonly value?: string;
  /** How the flag is written where it does not follow from the name; false where there is none. */
  readonly flag?: string | false;
  /** True where the flag must be given. */
  readonly required?: true;
  /** Help for the flag `--no-…`, where there is one. */
  readonly no?: string;
  /** True for what the worker needs to know, and not the trainer. */
  readonly forWorker?: boolean;
  /** Place in its section of `persona.json` where that is not the name, such as `include.threads`. */
  readonly field?: string;
};

/** The choices of a stage, by name. */
export type Table = Readonly<Record<string, Choice>>;

type ValueOf<C> = C extends { readonly oneOf: readonly (infer Word)[] }
  ? Word
  : C extends { readonly number: Bounds; readonly or: infer Word }
    ? number | Word
    : C extends { readonly number: Bounds } | { readonly integer: Bounds } | { readonly day: object }
      ? number
      : C extends { readonly boolean: object }
        ? boolean
        : C extends { readonly names: object }
          ? string[]
          : C extends { readonly sentences: infer Sentences }
            ? { readonly [Name in keyof Sentences]?: string }
            : C extends { readonly numbers: Bounds }
              ? number[]
              : C extends { readonly byName: infer Each }
                ? Readonly<Record<string, ValueOf<Each>>>
                : string;

/** What was chosen, and nothing else. */
export type Chosen<T> = { -readonly [Name in keyof T]?: ValueOf<T[Name]> | undefined };

/** A value for every choice; null where nobody chose and there is no default. */
export type Settled<T> = {
  -readonly [Name in keyof T]: T[Name] extends { readonly default: unknown }
    ? ValueOf<T[Name]>
    : ValueOf<T[Name]> | null;
};
