import { formatDuration, formatPlural } from "../../../terminal.ts";
import type { Voice } from "../voices/index.ts";
import { type BotCommand, ownersCommand } from "./interactions/index.ts";

export const stats: BotCommand = {
  data: ownersCommand("stats", "How much I say, how soon and how quickly").toJSON(),
  audience: "admins",
  isPrivate: true,
  run: ({ client }, { cast, replies }) =>
    [
      ...cast.voices.map(describeVoice),
      ...replies.figures.describe(),
      `Being drawn now: ${formatPlural(replies.atWork, "reply", "replies")}. ` +
        `In ${formatPlural(client.guilds.cache.size, "server")}, here for ${formatDuration(client.uptime / 1000)}, ` +
        `Discord's heartbeat takes ${Math.max(0, client.ws.ping)} ms.`,
    ].join("\n"),
};

function describeVoice({ persona, manners }: Voice): string {
  const { timing, silence } = manners();
  return `**${persona.name}**: ${persona.about}; ${persona.engine}. Its times are ${timing.about}. ${silence.about}`;
}
