import type { Command } from "commander";
import { UsageError } from "../../errors.ts";
import { countMessagesOf } from "../../ingest/index.ts";
import { printable } from "../../printable.ts";
import { formatPlural } from "../../terminal.ts";
import { interruptSignal, openContext } from "../command.ts";
import { confirm } from "../confirm.ts";
import { erasePerson } from "./erase.ts";
import { showPending } from "./pending.ts";

const examples = `
Examples:
  persona forget "Ben Ito"
  persona forget "Ben Ito" --yes      # without asking, for scripts
  persona forget --pending            # who asked for it on Discord, by /forgetme`;

interface ForgetFlags {
  yes?: boolean;
  pending?: boolean;
}

export function registerForget(command: Command): void {
  command
    .argument("[name]", "the person, as persona messages spells them")
    .option("--yes", "do not ask")
    .option("--pending", "list who asked on Discord to be forgotten, and what to do for each")
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: ForgetFlags, command: Command) => {
      const context = await openContext(command);
      if (flags.pending) return showPending(context);
      if (name === undefined)
        throw new UsageError("Nobody is named.", { fix: 'Name the person: persona forget "Ben Ito"' });
      const { terminal, workspace } = context;
      const { person, spellings, texts, threads } = await countMessagesOf(workspace, name);
      const once = person === name.normalize("NFC") ? [] : [`once ${printable(name)}`];
      const others = [...once, ...spellings.map((spelling) => `also ${printable(spelling)}`)];
      const who = others.length > 0 ? `${printable(person)} (${others.join(", ")})` : printable(person);
      const what = `${who}: ${formatPlural(texts, "message")} in ${formatPlural(threads, "thread")}`;
      if (!flags.yes) {
        await confirm(`Erase ${what}? It cannot be undone.`, {
          refused: "Nothing was erased.",
          flag: "--yes to erase without confirmation",
        });
      }
      const names = [person, name, ...spellings];
      const { report, done, toDo } = await erasePerson(context, { name, names }, interruptSignal());
      for (const line of done) terminal.note(line);
      for (const line of toDo) terminal.warn(line);
      terminal.data(report);
    });
}
