import type { Table } from "./choice.ts";

/** How the persona is served to other programs. */
export const httpChoices = {
  host: {
    text: {},
    default: "127.0.0.1",
    value: "address",
    help: "network address to listen on; any but this machine's own needs a token",
  },
  port: {
    integer: { atLeast: 0, atMost: 65_535 },
    default: 8421,
    help: "port to listen on; 0 takes one that is free",
  },
  token: {
    boolean: {},
    help: "ask clients for a token: PERSONA_TOKEN, or one that is made once and kept in the data folder",
  },
  allowedHosts: {
    names: {},
    flag: "--allowed-hosts <names...>",
    default: [],
    help: "names under which clients may reach it beside localhost, such as that of a reverse proxy",
  },
  allowedOrigins: {
    names: {},
    flag: "--allowed-origins <urls...>",
    default: [],
    help: "web pages whose scripts may use it, such as http://localhost:3000",
  },
  atOnce: {
    integer: { atLeast: 1, atMost: 64 },
    default: 4,
    help: "answers that are computed at the same time",
  },
  waiting: {
    integer: { atLeast: 0, atMost: 10_000 },
    default: 128,
    help: "requests that may wait for their turn; others are told to come back later",
  },
} as const satisfies Table;
