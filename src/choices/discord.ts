import type { Table } from "./choice.ts";
import { discordWords } from "./discord-words.ts";

const ids = {
  names: {
    pattern: "\\d{17,20}",
    each: "a Discord id: 17 to 20 digits, in quotation marks",
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
  personas: {
    names: {},
    default: [],
    flag: "--personas <runs...>",
    help: "further runs that /persona may have answer, each in the channels that choose it",
  },
  models: {
    names: {},
    default: [],
    flag: "--models <files...>",
    help: "instruction models that /model may have answer: GGUF files here, or repositories of the hub",
  },
  modes: {
    byName: { oneOf: ["all", "mention", "reply", "listen", "off"] },
    default: {},
    flag: false,
    help: "what it does in channels, by name or id: answer all, whoever mentions it or only whoever replies to it; listen to all and answer mentions; or be off",
  },
  wakeWords: {
    names: {},
    default: [],
    flag: false,
    help: "words that speak to it as a mention does, such as its first name",
  },
  readBack: {
    boolean: {},
    default: true,
    flag: false,
    help: "read what was written while it was away in conversations that it remembers, and answer that once",
  },
  profile: {
    boolean: {},
    default: false,
    flag: false,
    help: "in each server, carry the name, picture and profile text of whoever speaks there",
  },
  avatars: {
    byName: { text: {} },
    default: {},
    flag: false,
    help: "by the name of whoever speaks, the file of their picture: PNG, JPEG or GIF, of at most 8 MB",
  },
  bios: {
    byName: { text: {} },
    default: {},
    flag: false,
    help: "by the name of whoever speaks, the text of their profile, of at most 190 characters",
  },
  words: {
    sentences: discordWords,
    default: {},
    flag: false,
    help: "what it says by itself to friends, in your own words",
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
  channelTalkativeness: {
    byName: { number: { atLeast: 0, atMost: 2 } },
    default: {},
    flag: false,
    field: "talkativeness",
    help: "how readily it speaks in some channels, by name or id: 0 only when addressed, 2 whenever somebody has spoken",
  },
  quietHours: {
    text: {
      pattern: "([01]?\\d|2[0-3]):[0-5]\\d ?[-–] ?([01]?\\d|2[0-3]):[0-5]\\d",
      allowed: 'hours of the day, such as "23:00-07:30"',
    },
    otherwise: "none",
    flag: false,
    field: "quiet.hours",
    help: "hours of every day in which it says nothing, by this machine's clock",
  },
  afterQuiet: {
    oneOf: ["answer", "silence"],
    default: "answer",
    flag: false,
    field: "quiet.then",
    help: "what becomes of what was said in quiet hours: it is answered once, or it is not",
  },
  killWord: {
    text: {},
    otherwise: "none",
    flag: false,
    help: "what an admin writes, anywhere, for the bot to fall silent everywhere until /resume",
  },
} as const satisfies Table;
