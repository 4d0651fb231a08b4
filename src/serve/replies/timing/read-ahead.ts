/**
 * The values of a source, which is read to its end however slowly they are taken: an answer that is said in the course of
 * minutes must not keep the engine's memory of its conversation from others.
 */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const values: T[] = [];
  let wake = () => {};
  let isOver = false;
  let problem: { error: unknown } | undefined;
  const reading = async () => {
    try {
      for await (const value of source) {
        values.push(value);
        wake();
      }
    } catch (error) {
      problem = { error };
    }
    isOver = true;
    wake();
  };
  void reading();
  for (;;) {
    while (values.length > 0) yield values.shift() as T;
    if (problem !== undefined) throw problem.error;
    if (isOver) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}
