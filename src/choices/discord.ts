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
  perPerson: {
    integer: { atLeast: 1 },
    default: 60,
    flag: false,
    field: "limits.person",
    help: "messages in ten minutes that are answered of one person, wherever they write; commands count too",
  },
  perServer: {
    integer: { atLeast: 1 },
    default: 300,
    flag: false,
    field: "limits.server",
    help: "messages in ten minutes that are answered in one server",
  },
  elsewhere: {
    integer: { atLeast: 1 },
    default: 30,
    flag: false,
    field: "limits.elsewhere",
    help: "commands in ten minutes that are answered in all servers and chats together which the bot is no member of",
  },
  overall: {
    integer: { atLeast: 1 },
    default: 600,
    flag: false,
    field: "limits.everybody",
    help: "messages in ten minutes that are answered in all",
  },
  approve: {
    boolean: {},
    default: false,
    field: "approve.on",
    help: "show an admin what it would say, and say it once they agree",
  },
  approvalChannel: {
    text: { pattern: "\\d{17,20}", allowed: "the id of a channel: 17 to 20 digits, in quotation marks" },
    otherwise: "the admins' direct messages",
    flag: false,
    field: "approve.channel",
    help: "where an admin is shown what it would say",
  },
  approvalMinutes: {
    integer: { atLeast: 1, atMost: 1440 },
    default: 30,
    flag: false,
    field: "approve.minutes",
    help: "how long it waits for an admin, before it says nothing",
  },
  killWord: {
    text: {},
    otherwise: "none",
    flag: false,
    help: "what an admin writes, anywhere, for the bot to fall silent everywhere until /resume",
  },
} as const satisfies Table;
