import type { Table } from "./choice.ts";

const ids = {
  names: {
    pattern: "\\d{17,20}",
    allowed: "a list of Discord ids: 17 to 20 digits each, in quotation marks",
  },
  default: [],
  flag: false,
} as const;

const places = { names: {}, default: [], flag: false } as const;

/** What the bot does on Discord, and what its owner lets it do. */
export const discordChoices = {
  channels: {
    names: {},
    default: ["persona-*"],
    flag: "--channels <names...>",
    help: "channels in which it answers everything, elsewhere it waits to be mentioned; * stands for any characters",
  },
  admins: { ...ids, help: "who may pause it, approve drafts and run the owner's commands" },
  allowedUsers: {
    ...ids,
    field: "allow.users",
    help: "the only people who are answered, with those of allowed roles",
  },
  allowedRoles: {
    ...ids,
    field: "allow.roles",
    help: "the only roles that are answered, with the allowed people",
  },
  allowedChannels: {
    ...places,
    field: "allow.channels",
    help: "the only channels of servers in which it hears anything, by name or id",
  },
  blockedUsers: { ...ids, field: "block.users", help: "people who are never heard" },
  blockedRoles: { ...ids, field: "block.roles", help: "roles whose members are never heard" },
  blockedChannels: {
    ...places,
    field: "block.channels",
    help: "channels in which it never hears anything, by name or id",
  },
  directMessages: {
    boolean: {},
    default: true,
    flag: false,
    help: "answer direct messages; the admins' always are",
  },
} as const satisfies Table;
