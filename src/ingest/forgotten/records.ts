/** What the store keeps of those who were forgotten; apart from what works with it, which worker threads load without schemas. */
import * as z from "zod";

/** A person who is not to be in the store any more, by one spelling of their name, which cannot be read back. */
export const Tombstone = z.object({
  salt: z.string(),
  hash: z.string(),
  /** Of what was hashed: the letters of the name or, where `words` is not known, the name as it stands. */
  length: z.int(),
  /** How many words the name has. */
  words: z.int().optional(),
  /** Whether somebody who calls themselves so is another person, and only the name in a text is meant. */
  isOnlyInTexts: z.boolean().optional(),
  /** Whether a comma may stand in it: "Fox, Zoë". */
  mayHaveComma: z.boolean().optional(),
  /** The only thread that it holds in: elsewhere the name is somebody else's. */
  thread: z.string().optional(),
});
export type Tombstone = z.infer<typeof Tombstone>;

/** What tells erased messages when they come back. */
export const Erased = z.object({
  salt: z.string(),
  /** Hashes by thread; of chats without ids together by what their ids begin with. */
  moments: z.record(z.string(), z.array(z.string())),
});
export type Erased = z.infer<typeof Erased>;
