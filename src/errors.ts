/**
 * A problem that the person at the keyboard can solve.
 *
 * The command line prints its message and fix. Every other error is a bug, and keeps its stack trace.
 */
export class UserError extends Error {
  override readonly name = "UserError";

  /** What to do next, as one instruction. */
  readonly fix: string;

  constructor(problem: string, { fix, cause }: { fix: string; cause?: unknown }) {
    super(problem, { cause });
    this.fix = fix;
  }
}

/** A command used in a way that it does not understand: exit code 2. */
export class UsageError extends UserError {}

/** Told of what cannot be read and is passed over, so that nobody wonders where it is. */
export type PassedOver = (problem: UserError) => void;

/** What was read; where that is damaged, undefined, and `passedOver` is told why. */
export async function orPassOver<T>(reading: Promise<T>, passedOver: PassedOver): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    passedOver(error);
    return undefined;
  }
}

/** Tells of each problem once, however often it is met. */
export function onceEach(passedOver: PassedOver): PassedOver {
  const said = new Set<string>();
  return (problem) => {
    if (said.has(problem.message)) return;
    said.add(problem.message);
    passedOver(problem);
  };
}
