import type { Table } from "./choice.ts";

/** What the bot does on Discord. */
export const discordChoices = {
  channels: {
    names: {},
    default: ["persona-*"],
    flag: "--channels <names...>",
    help: "channels in which it answers everything, elsewhere it waits to be mentioned; * stands for any characters",
  },
} as const satisfies Table;
