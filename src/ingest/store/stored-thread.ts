import * as z from "zod";

/** What the index keeps of one file of the store: the messages of one thread, as one kind of export names it. */
export const StoredThread = z.object({
  /** Id of the thread, and the first part of its file's name. */
  id: z.string(),
  network: z.string(),
  title: z.string(),
  section: z.string(),
  /** Everyone who took part, with the number of their text messages; most first. */
  people: z.array(z.object({ name: z.string(), texts: z.int() })),
  entries: z.int(),
  texts: z.int(),
  firstAt: z.number().nullable(),
  lastAt: z.number().nullable(),
  /** Entries by kind. */
  kinds: z.record(z.string(), z.int()),
  /** Unix time in ms of the newest message of the newest export that knows this thread: its title and names hold. */
  asOf: z.number(),
  sha256: z.string(),
  bytes: z.int(),
});
export type StoredThread = z.infer<typeof StoredThread>;

/** What the store has of a thread, and what has to be added to its times: another export tells that its clock was wrong. */
export interface KnownThread {
  stored: StoredThread;
  shiftMs: number;
}
