import { LimitedCollection } from "discord.js";
import type { HiddenAnswers, Relation } from "./backstage.ts";

interface OpenBallot {
  hidden: HiddenAnswers;
  /** Who has voted. */
  voters: Set<string>;
}

const mostBallots = 100;

/** Hidden answers that may be voted on; a restart forgets them, as whose they are is kept nowhere. */
export class OpenBallots {
  readonly #ballots = new LimitedCollection<string, OpenBallot>({ maxSize: mostBallots });
  /** Who people are to the person, as they said once. */
  readonly #relations = new Map<string, Relation>();

  /** @param id Of the message or command that it came with. */
  open(id: string, hidden: HiddenAnswers): void {
    this.#ballots.set(id, { hidden, voters: new Set() });
  }

  of(id: string): HiddenAnswers | undefined {
    return this.#ballots.get(id)?.hidden;
  }

  relationOf(voter: string): Relation | undefined {
    return this.#relations.get(voter);
  }

  note(voter: string, relation: Relation): void {
    this.#relations.set(voter, relation);
  }

  /** Keeps somebody's vote; false where they have voted on that before. */
  async vote(id: string, voter: string, answer: number | undefined): Promise<boolean> {
    const ballot = this.#ballots.get(id);
    const relation = this.#relations.get(voter);
    if (ballot === undefined || relation === undefined || ballot.voters.has(voter)) return false;
    ballot.voters.add(voter);
    await ballot.hidden.vote(answer, relation);
    return true;
  }
}
