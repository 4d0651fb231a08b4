/** Time that passes, whatever the clock on the wall says: somebody may set that one. */
export interface Clock {
  /** Milliseconds since some moment; it never runs backwards. */
  now(): number;
  /** Calls back once so many milliseconds have passed; what it returns calls that off. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const monotonicClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
