import { createHash } from "node:crypto";
import type { Persona } from "../persona.ts";
import { describeFailures, describeSpeed, ReplyFigures, type ReplyOutcome } from "../replies/index.ts";

/** How one answer came about. */
interface Account {
  conversation: string;
  /** Of each of its bubbles: the words themselves are nobody's business. */
  hashes: string[];
  about: string;
  drawnBy: string | undefined;
  outcome: ReplyOutcome;
}

/** Answers of which is known how they came about. */
const mostAccounts = 500;

/** Counts replies, and knows for a while how each came about. */
export class ReplyWatch {
  readonly figures = new ReplyFigures();
  readonly #accounts: Account[] = [];
  #atWork = 0;

  /** The same persona, whose replies are counted. */
  watch(persona: Persona): Persona {
    const reply: Persona["reply"] = (...asked) => this.#count(persona, asked);
    return new Proxy(persona, {
      get(target, name) {
        const value: unknown = name === "reply" ? reply : Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** Replies that are being drawn, or wait for another one's end. */
  get atWork(): number {
    return this.#atWork;
  }

  /** How an answer came about, in lines; undefined where that is not known any more. */
  accountOf(conversation: string, bubbles: string[]): string[] | undefined {
    const hashes = bubbles.map(hashOf);
    const account = this.#accounts.findLast(
      (each) => each.conversation === conversation && each.hashes.some((hash) => hashes.includes(hash)),
    );
    return account && describe(account);
  }

  async *#count(persona: Persona, asked: Parameters<Persona["reply"]>): ReturnType<Persona["reply"]> {
    const { about } = persona;
    const hashes: string[] = [];
    this.#atWork++;
    try {
      for await (const event of persona.reply(...asked)) {
        if (event.type === "bubble-end") hashes.push(hashOf(event.bubble));
        if (event.type === "reply-end") {
          const { outcome, drawnBy } = event;
          this.figures.add(outcome);
          this.#keep({ conversation: asked[0].id, hashes, about, drawnBy, outcome });
        }
        yield event;
      }
    } finally {
      this.#atWork--;
    }
  }

  #keep(account: Account): void {
    this.#accounts.push(account);
    if (this.#accounts.length > mostAccounts) this.#accounts.shift();
  }
}

function hashOf(words: string): string {
  return createHash("sha256").update(words).digest("base64");
}

function describe({ about, drawnBy, outcome }: Account): string[] {
  const failures = describeFailures(outcome.candidates);
  return [
    `I am ${about}.`,
    ...(drawnBy === undefined ? [] : [`Replies are drawn by ${drawnBy}.`]),
    `This one: ${describeSpeed(outcome)}.`,
    failures === "" ? "No filter refused anything of it." : `Filters refused: ${failures}.`,
  ];
}
