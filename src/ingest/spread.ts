/** As many of the items as are wanted, from all over. */
export function spread<T>(items: T[], maxItems: number): T[] {
  const step = Math.max(1, items.length / maxItems);
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}
