import * as z from "zod";

const id = z.string().regex(/^\d{1,20}$/);

/** Who somebody says that they are. */
const Claim = z.object({ id, name: z.string(), isConfirmed: z.boolean() });
export type Claim = z.infer<typeof Claim>;

/** A place where nothing is heard, until a time in Unix milliseconds; null until somebody resumes it. */
const Pause = z.object({
  /** Null for everywhere. */
  channel: id.nullable(),
  until: z.number().nullable(),
});

/** What the bot knows between restarts, beside conversations: ids and names, and no words of anybody. */
export const State = z.object({
  format: z.literal(1),
  /** Who was told that it is an AI. */
  told: z.array(id),
  /** Who is never heard. */
  optedOut: z.array(id),
  claims: z.array(Claim),
  /** Who asked to be forgotten in the message store too, and when; the owner has not done so yet. */
  forgetRequests: z.array(z.object({ id, at: z.number() })),
  /** What is not read on Discord again: messages of an account, of a channel, or one by itself, up to one of that id. */
  forgotten: z.array(z.object({ of: id, upTo: id })).default([]),
  pauses: z.array(Pause),
  /** Who speaks in a channel or server, where it is not the voice that the bot is started with. */
  voices: z.array(z.object({ place: id, voice: z.string() })).default([]),
  /** What a profile or a webhook was last given, as a hash: it is not given the same again. */
  looks: z.array(z.object({ of: id, hash: z.string() })).default([]),
  /** Runs whose end is to be told in a channel. */
  awaitedRuns: z.array(z.object({ run: z.string(), channel: id })).default([]),
});
export type State = z.infer<typeof State>;

export const nothingKnown: State = {
  format: 1,
  told: [],
  optedOut: [],
  claims: [],
  forgetRequests: [],
  forgotten: [],
  pauses: [],
  voices: [],
  looks: [],
  awaitedRuns: [],
};
