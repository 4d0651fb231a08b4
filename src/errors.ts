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
