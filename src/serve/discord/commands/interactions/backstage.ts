/** What commands reach beyond Discord: whoever starts the bot hands in what there is. */
export interface Backstage {
  names?: NamesBackstage;
  forgetting?: ForgettingBackstage;
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
