/** What commands reach beyond Discord: whoever starts the bot hands in what there is. */
export interface Backstage {
  names?: NamesBackstage;
  forgetting?: ForgettingBackstage;
  corrections?: CorrectionsBackstage;
  ballots?: BallotsBackstage;
  training?: TrainingBackstage;
}

/** Whom the run that answers has heard. */
interface NamesBackstage {
  /** As people know them, whatever training calls them. */
  all(): string[];
  /** What training calls somebody of that name; undefined where it has heard nobody called so. */
  labelOf(name: string): string | undefined;
  /** Which of them an account is, as `persona.json` says. */
  ofFriend(id: string): string | undefined;
}

interface ForgettingBackstage {
  /** Erases what somebody wrote from the message store; says in lines what came of it. */
  erase(name: string): Promise<string[]>;
}

interface CorrectionsBackstage {
  /** Keeps what the persona should not have said, and what its owner would say instead. */
  keep(rejected: string[], better: string[]): Promise<void>;
}

interface BallotsBackstage {
  /** A held-out message with hidden answers. */
  draw(): Promise<HiddenAnswers>;
}

export interface HiddenAnswers {
  /** What was said before, the oldest first. */
  context: { speaker: string; bubbles: string[] }[];
  answers: { bubbles: string[] }[];
  /** Keeps which answer somebody took for the real one; undefined where they could not tell. */
  vote(answer: number | undefined, relation: Relation): Promise<void>;
}

/** Who votes: the person, somebody who knows them, or neither. */
export type Relation = "self" | "friend" | "stranger";

interface TrainingBackstage {
  /** All runs: those that are queued or at work, then the newest first. */
  runs(): Promise<Pick<TrainingRun, "id" | "isOpen">[]>;
  show(id: string): Promise<TrainingRun | undefined>;
  /** Queues a run; gives its id. */
  start(settings: { base?: string; epochs?: number }): Promise<string>;
  cancel(id: string): Promise<void>;
  /** Resolves once a run has ended in any way. */
  ended(id: string, signal: AbortSignal): Promise<TrainingRun | undefined>;
}

export interface TrainingRun {
  id: string;
  state: string;
  /** Whether it is queued or at work. */
  isOpen: boolean;
  /** Lines for people: how far it is, and how good. */
  about: string[];
  /** The loss by step, drawn in letters of one width; empty where there is none yet. */
  curve: string[];
}
