/** A file that is of a known kind and cannot be read, with what its owner can do. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
  readonly fix: string;

  constructor(problem: string, { fix }: { fix: string }) {
    super(problem);
    this.fix = fix;
  }
}
