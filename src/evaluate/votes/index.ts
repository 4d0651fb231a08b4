export { type Ballot, drawBallots } from "./ballots.ts";
export { duelsOf, eloOf } from "./standings.ts";
export {
  type Corrected,
  keepVote,
  readCorrections,
  readVotes,
  removeCorrections,
  type Vote,
  type Voted,
} from "./votes.ts";
