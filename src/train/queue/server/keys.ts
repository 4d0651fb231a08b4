/**
 * What every key of the queue begins with.
 *
 * The braces make it a hash tag: a cluster keeps all keys of one tag on one node, which scripts over several keys need.
 */
export const keyPrefix = "{persona}";

/** The name of a key on the server, such as `{persona}:stop:3f2a`. */
export function keyOf(...parts: string[]): string {
  return [keyPrefix, ...parts].join(":");
}
