import { didYouMean } from "../../../closest-names.ts";
import type { Turn } from "../../../handoffs/index.ts";
import type { Talk } from "./talk.ts";

/** What commands do outside of the conversation. */
export interface Desk {
  /** Keeps what the persona would not say after these turns, and what they would say instead. */
  correct(context: Turn[], rejected: string[], better: string[]): Promise<void>;
  /** Writes the turns to a file. */
  save(file: string, turns: Turn[]): Promise<void>;
}

interface SlashCommand {
  /** What follows the name. */
  takes?: string;
  help: string;
  /** @param words What was typed behind the name. */
  act(typed: { talk: Talk; words: string; desk: Desk; ask: Ask }): void;
}

/** Asks the person something; the next line answers it, unless it is a command. */
type Ask = (question: string, answered: (line: string) => void) => void;

const usualCandidates = 4;
const mostCandidates = 20;

/** What may be typed in place of words. */
const slashCommands: Record<string, SlashCommand> = {
  help: {
    help: "this list",
    act: ({ talk }) => talk.remark(...describeCommands()),
  },
  reset: {
    help: "forget the conversation",
    act: ({ talk }) =>
      talk.do(async () => {
        talk.reset();
        talk.remark("Forgotten.");
      }),
  },
  regenerate: {
    help: "another answer to the same words",
    act: ({ talk }) => talk.do(() => talk.drawUpTo(talk.answers.count + 1)),
  },
  candidates: {
    takes: "[N]",
    help: `up to N answers to the same words (default: ${usualCandidates})`,
    act({ talk, words }) {
      const count = words === "" ? usualCandidates : Number(words);
      if (!Number.isInteger(count) || count < 1 || count > mostCandidates) {
        talk.remark(`/candidates takes a whole number from 1 to ${mostCandidates}.`);
        return;
      }
      talk.answers.areListed = true;
      talk.do(() => talk.drawUpTo(count));
    },
  },
  seed: {
    takes: "[N]",
    help: "draw by seed N from now on; without N, by chance",
    act({ talk, words }) {
      const seed = words === "" ? undefined : Number(words);
      if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0)) {
        talk.remark("/seed takes a whole number from 0.");
        return;
      }
      talk.seed = seed;
      talk.remark(seed === undefined ? "Answers are drawn by chance." : `Answers are drawn by seed ${seed}.`);
    },
  },
  patience: {
    takes: "X",
    help: "0 answers at once, 1 takes as long as the person does",
    act({ talk, words }) {
      const patience = Number(words);
      if (words === "" || !(patience >= 0 && patience <= 1)) {
        talk.remark("/patience takes a number from 0 to 1.");
        return;
      }
      talk.setPatience(patience);
      const pace = patience === 0 ? "at once" : `in ${patience} of the time that ${talk.name} takes`;
      talk.remark(`Answers come ${pace}.`);
    },
  },
  stats: {
    help: "how soon and how quickly answers come",
    act: ({ talk }) => talk.remark(...talk.figures),
  },
  wrong: {
    takes: "[WORDS]",
    help: "they would not say that, but WORDS: kept, to refine the run by",
    act({ talk, words, desk, ask }) {
      if (talk.answers.count === 0) {
        talk.remark("There is no answer to correct.");
        return;
      }
      const question = `What would ${talk.name} say instead? (an empty line: never mind)`;
      if (words !== "") correct(talk, words, desk);
      else ask(question, (line) => correct(talk, line.trim(), desk));
    },
  },
  save: {
    takes: "FILE",
    help: "write the conversation to a file that only you can read",
    act({ talk, words, desk }) {
      if (words === "") {
        talk.remark("/save takes the name of a file.");
        return;
      }
      talk.do(async () => {
        const answer = { speaker: talk.name, isPersona: true, bubbles: talk.answers.shown };
        await desk.save(words, [...talk.context, answer]);
        talk.remark(`Saved: ${words}`);
      });
    },
  },
  quit: { help: "leave; Ctrl-D does too", act: ({ talk }) => talk.leave() },
};

export const slashNames = Object.keys(slashCommands).map((name) => `/${name}`);

/** Hears lines: commands are obeyed, all others are said. */
export function listener(talk: Talk, desk: Desk): (line: string) => void {
  let answered: ((line: string) => void) | undefined;
  const ask: Ask = (question, then) => {
    answered = then;
    talk.remark(question);
  };
  return (line) => {
    const [, name, words = ""] = /^\/([a-z]+)(?:\s+(.*))?$/isu.exec(line.trim()) ?? [];
    const answer = answered;
    answered = undefined;
    if (name !== undefined) obey(name.toLowerCase(), { talk, words: words.trim(), desk, ask });
    else if (answer !== undefined) answer(line);
    else talk.say(line);
  };
}

function obey(name: string, typed: Parameters<SlashCommand["act"]>[0]): void {
  const command = Object.hasOwn(slashCommands, name) ? slashCommands[name] : undefined;
  const offer = didYouMean(`/${name}`, slashNames);
  if (command !== undefined) command.act(typed);
  else
    typed.talk.remark(
      [`There is no /${name}.`, offer, "/help lists what there is."].filter(Boolean).join(" "),
    );
}

function correct(talk: Talk, words: string, desk: Desk): void {
  if (words === "") {
    talk.remark("Nothing is kept.");
    return;
  }
  talk.do(async () => {
    await desk.correct(talk.context, talk.answers.shown, [words]);
    talk.answers.replace([words]);
    talk.remark("Kept. To learn from it: persona train --refine RUN");
  });
}

function describeCommands(): string[] {
  const rows = [
    ...Object.entries(slashCommands).map(([name, { takes = "", help }]) => [`/${name} ${takes}`, help]),
    ["← →", "on an empty line: the other answers"],
    ["↑ ↓", "what you typed before; it is kept in memory alone"],
    ["Ctrl-C", "stop the answer; on an empty line, twice: leave"],
  ];
  return rows.map(([left = "", right]) => `${left.padEnd(18)}${right}`);
}
