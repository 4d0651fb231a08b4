import type { Interval } from "../../handoffs/index.ts";
import { wilsonInterval } from "../statistics.ts";
import type { Vote } from "./votes.ts";

/** How often one was taken for the real one rather than another. */
interface Duel {
  other: string;
  won: number;
  of: number;
  share: Interval;
}

/** How one did against everybody that it was shown beside. A vote for neither says nothing about them. */
export function duelsOf(contestant: string, votes: Vote[]): Duel[] {
  const counts = new Map<string, { won: number; of: number }>();
  for (const { among, chosen } of votes) {
    if (chosen === null || !among.includes(contestant)) continue;
    for (const other of among) {
      if (other === contestant || (chosen !== contestant && chosen !== other)) continue;
      const count = counts.get(other) ?? { won: 0, of: 0 };
      counts.set(other, { won: count.won + (chosen === contestant ? 1 : 0), of: count.of + 1 });
    }
  }
  return [...counts].map(([other, { won, of }]) => ({ other, won, of, share: wilsonInterval(won, of) }));
}

const meanElo = 1000;
const rounds = 200;

/**
 * Strengths on the scale of chess, 400 points apart for ten wins to one, around 1000: where more than two were compared.
 *
 * Fitted to all votes at once, so that their order does not matter (Bradley and Terry). Half a win and half a loss against
 * everybody keep who never lost within bounds.
 */
export function eloOf(votes: Vote[]): Map<string, number> {
  const names = [...new Set(votes.flatMap(({ among }) => among))].toSorted();
  const wins = names.map((name) => new Map(duelsOf(name, votes).map(({ other, won }) => [other, won])));
  const winsOf = (a: number, b: number) => (wins[a]?.get(names[b] as string) ?? 0) + 0.5;
  let strengths = names.map(() => 1);
  for (let round = 0; round < rounds; round++) {
    const next = names.map((_, a) => {
      const others = names.map((_, b) => b).filter((b) => b !== a);
      const won = others.reduce((sum, b) => sum + winsOf(a, b), 0);
      const played = others.reduce(
        (sum, b) => sum + (winsOf(a, b) + winsOf(b, a)) / ((strengths[a] ?? 1) + (strengths[b] ?? 1)),
        0,
      );
      return won / played;
    });
    const mean = Math.exp(next.reduce((sum, strength) => sum + Math.log(strength), 0) / next.length);
    strengths = next.map((strength) => strength / mean);
  }
  return new Map(names.map((name, at) => [name, meanElo + 400 * Math.log10(strengths[at] ?? 1)]));
}
