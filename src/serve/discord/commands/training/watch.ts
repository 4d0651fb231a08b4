import { type Client, MessageFlags } from "discord.js";
import { describeError } from "../../failures.ts";
import { type Doors, tellAdmins } from "../interactions/index.ts";
import { cardOf } from "./card.ts";

/** Takes up the runs again that were asked for before a restart. */
export function watchRuns(client: Client, doors: Doors): void {
  for (const { run, channel } of doors.people.awaitedRuns) watchRun(run, channel, client, doors);
}

/** Says in a channel when a run has ended, in whatever way. */
export function watchRun(id: string, channelId: string, client: Client, doors: Doors): void {
  const { backstage, people, signal, log } = doors;
  const watching = async () => {
    const run = await backstage.training?.ended(id, signal);
    if (signal.aborted) return;
    await people.stopAwaiting(id);
    if (run === undefined) return;
    const card = { components: cardOf(run).components, flags: MessageFlags.IsComponentsV2 } as const;
    const place = await client.channels.fetch(channelId).catch(() => null);
    if (place?.isSendable()) await place.send(card);
    else await tellAdmins(client, doors, card);
  };
  watching().catch((error) => {
    if (!signal.aborted) log.error({ run: id, error: describeError(error) }, "the end of a run was not told");
  });
}
