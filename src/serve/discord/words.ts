import { type discordChoices, discordWords, type Settled } from "../../choices/index.ts";

type Name = keyof typeof discordWords;

/** Places of a sentence that differ each time; what an AI is called stands among the words. */
type PlacesIn<Text> = Text extends `${string}{${infer Place}}${infer Rest}`
  ? Exclude<Place, "ai"> | PlacesIn<Rest>
  : never;
type PlacesOf<Each extends Name> = PlacesIn<(typeof discordWords)[Each]["text"]>;
type Values<Each extends Name> = [PlacesOf<Each>] extends [never]
  ? []
  : [values: Record<PlacesOf<Each>, string | number>];

/** What the bot says by itself, in its owner's words where `persona.json` has some. */
export type Say = <Each extends Name>(name: Each, ...values: Values<Each>) => string;

/** @param settings As they are now: its owner may find other words while it runs. */
export function sayingIn(settings: () => Pick<Settled<typeof discordChoices>, "words">): Say {
  return (name, ...[values]) => {
    const { words } = settings();
    const textOf = (each: Name) => words[each] ?? discordWords[each].text;
    const filled: Record<string, string | number> = { ai: textOf("ai"), ...values };
    return textOf(name).replace(/\{(\w+)\}/g, (whole, place: string) => String(filled[place] ?? whole));
  };
}
