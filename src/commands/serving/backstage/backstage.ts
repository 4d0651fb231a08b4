import type { RunRecord } from "../../../handoffs/index.ts";
import { countMessagesOf } from "../../../ingest/index.ts";
import type { BotOptions } from "../../../serve/index.ts";
import { type CommandContext, interruptible } from "../../command.ts";
import { erasePerson } from "../../forget/erase.ts";
import type { BotPresence } from "../bot-presence.ts";
import { deskOf } from "../chat/desk.ts";
import { knownNames, speakerNamed } from "../speakers.ts";
import { drawBallot } from "./ballots.ts";
import { trainingBackstage } from "./training.ts";

type Backstage = NonNullable<BotOptions["backstage"]>;

/** What the bot's commands reach beyond Discord: names, the message store, votes and the queue. */
export function backstageOf(
  context: CommandContext,
  serving: { readonly run: RunRecord },
  presence: Pick<BotPresence, "speakers" | "openMask">,
): Backstage {
  const { workspace } = context;
  const desk = deskOf(
    workspace,
    () => serving.run,
    () => presence.openMask,
  );
  return {
    names: {
      all: () => knownNames(presence.speakers),
      labelOf: (name) => speakerNamed(presence.speakers, name),
      ofFriend: (id) => context.config.friends[id],
    },
    forgetting: {
      async erase(name) {
        const { person, spellings } = await countMessagesOf(workspace, name);
        const { done, toDo } = await interruptible((signal) =>
          erasePerson(context, { name, names: [person, name, ...spellings] }, signal),
        );
        return [...done, ...toDo];
      },
    },
    // Discord forbids to train on what others write there: the context stays out.
    corrections: { keep: (rejected, better) => desk.correct([], rejected, better) },
    ballots: { draw: () => drawBallot(workspace, serving.run) },
    training: trainingBackstage(context),
  };
}
