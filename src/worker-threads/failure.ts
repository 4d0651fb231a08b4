import { UserError } from "../errors.ts";

/** An error on its way out of a worker thread, where its class and most of its properties do not survive. */
export interface WorkerFailure {
  message: string;
  stack: string | undefined;
  code: unknown;
  /** Of a `UserError`. */
  fix: string | undefined;
}

export function toFailure(thrown: unknown): WorkerFailure {
  const error: Error & { code?: unknown } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { message, stack, code } = error;
  return { message, stack, code, fix: error instanceof UserError ? error.fix : undefined };
}

export function fromFailure({ message, stack, code, fix }: WorkerFailure): Error {
  if (fix !== undefined) return new UserError(message, { fix });
  return Object.assign(new Error(message), { stack, code });
}
