import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import type { Turn } from "../../../src/handoffs/index.ts";
import { startBot } from "../../../src/serve/index.ts";
import { type DiscordServer, refusals, startDiscordServer } from "../../discord-server/index.ts";
import { connect, defaults, scripted } from "./connect.ts";
import { settingsWith } from "./settings-with.ts";

/** DISCORD_SOAK_MESSAGES=5000 DISCORD_SOAK_DROPS=20 is the long one: it prints what it took. */
const messages = Number(process.env.DISCORD_SOAK_MESSAGES ?? 300);
const drops = Number(process.env.DISCORD_SOAK_DROPS ?? 4);
const isLong = process.env.DISCORD_SOAK_MESSAGES !== undefined;
const channels = 50;
/** Nobody writes too much here. */
const limits = { perPerson: 1_000_000, perServer: 1_000_000, overall: 1_000_000 };
const send = "POST /channels/{channel_id}/messages";

test("on a bad day of Discord everything is answered once and in order, with a heart that never beats late", async () => {
  const server = await startDiscordServer({ heartbeatMs: 1500, heartbeatToleranceMs: 4000 });
  makeBad(server);
  const failures: string[] = [];
  const bot = await startBot({
    ...defaults(server.api),
    settings: settingsWith({ channels: ["soak-*"], ...limits }),
    persona: scripted(async (turns) => {
      const words = sinceLastAnswer(turns);
      await wait(2);
      return [`re ${words.join(" ")}`];
    }),
    log: pino({ level: "error" }, { write: (line) => void failures.push(line) }),
  });
  const figures = new Figures(server);
  const places = Array.from({ length: channels }, (_, number) =>
    number % 5 === 0 ? server.friend(`Friend ${number}`).direct : server.channel(`soak-${number}`),
  );

  await talk(server, places, () => figures.note());
  const isAnswered = (place: string) => answeredIn(server, place).length >= writtenIn(server, place).length;
  await until(() => places.every(isAnswered));
  const told = figures.end();
  await bot.close();

  for (const place of places) {
    expect(answeredIn(server, place)).toEqual(writtenIn(server, place));
  }
  expect(failures).toEqual([]);
  expect(server.gateway.lateHeartbeats).toEqual([]);
  expect(server.gateway.identified).toBe(1);
  expect(server.gateway.resumed).toBeGreaterThan(0);
  expect(server.requests.map(({ status }) => status)).toEqual(expect.arrayContaining([429, 500, 502]));
  await server.close();
  if (isLong) console.log(told);
}, 1_800_000);

test("on a quiet day an answer is on its way to Discord as soon as it is drawn", async () => {
  const { server } = await connect({ settings: settingsWith(limits) });
  const ben = server.friend("Ben");
  const tookMs: number[] = [];
  const before = process.cpuUsage();
  let writtenAt = 0;
  const note = () => tookMs.push(performance.now() - writtenAt) < 0;
  server.fails({ on: send, where: note });
  for (let count = 1; count <= (isLong ? 300 : 5); count++) {
    writtenAt = performance.now();
    ben.says("hi");
    await server.untilSaid(count);
  }

  expect(server.said().length).toBe(tookMs.length);
  if (isLong) console.log(describeTimes(tookMs, process.cpuUsage(before)));
});

function describeTimes(tookMs: number[], { user, system }: NodeJS.CpuUsage): string {
  const sorted = tookMs.toSorted((one, other) => one - other);
  const share = (part: number) => sorted[Math.floor(part * sorted.length)]?.toFixed(1);
  const processorMs = (user + system) / 1000 / tookMs.length;
  return `from a message to its answer's request ${share(0.5)} ms, 95 %: ${share(0.95)} ms; ${processorMs.toFixed(1)} ms of processor time with the stand-in's own`;
}

/** Now and then it fails, is slow, loses an answer, or has had enough. */
function makeBad(server: DiscordServer): void {
  const every = (count: number, offset: number) => {
    let asked = offset;
    return () => ++asked % count === 0;
  };
  server.fails({ on: send, where: every(17, 3), status: 500 });
  server.fails({ on: send, where: every(23, 7), status: 502, delayMs: 50 });
  server.fails({ on: send, where: every(29, 11), breaks: "after", resets: true });
  server.fails({ on: send, where: every(67, 13), breaks: "after" });
  server.fails({ on: send, where: every(31, 2), delayMs: 400 });
  server.fails({ on: send, where: every(37, 5), refusal: refusals.rateLimited(0.2) });
}

/** Friends write in bursts, now and then before they were answered; meanwhile the connection is lost. */
async function talk(
  server: DiscordServer,
  places: string[],
  onWritten: (count: number) => void,
): Promise<void> {
  const each = Math.ceil(messages / places.length);
  const lose = [
    () => server.drop(),
    () => server.gateway.askToReconnect(),
    () => server.gateway.drop(4000),
    () => server.gateway.fallSilent(),
  ];
  let written = 0;
  let dropped = 0;
  await Promise.all(
    places.map(async (place, index) => {
      const friend = server.friend(index % 5 === 0 ? `Friend ${index}` : "Ben");
      for (let number = 1; number <= each; number++) {
        friend.says(`${number}`, { in: place });
        onWritten(++written);
        if (written >= ((dropped + 0.5) * messages) / drops) lose[dropped++ % lose.length]?.();
        if (number % 3 !== index % 3) await untilAnswered(server, place, number);
        await wait((index * 7 + number * 13) % 60);
      }
    }),
  );
}

async function untilAnswered(server: DiscordServer, place: string, number: number): Promise<void> {
  await until(() => answeredIn(server, place).includes(`${number}`));
}

async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(holds()).toBe(true), { timeout: 300_000, interval: 20 });
}

function sinceLastAnswer(turns: Turn[]): string[] {
  const last = turns.findLastIndex(({ isPersona }) => isPersona);
  return turns.slice(last + 1).flatMap(({ bubbles }) => bubbles);
}

/** The messages that the bot's answers in a channel name. */
function answeredIn(server: DiscordServer, place: string): string[] {
  return server
    .messages(place)
    .flatMap(({ author, content }) => (author.bot ? content.split(" ").slice(1) : []));
}

function writtenIn(server: DiscordServer, place: string): string[] {
  return server.messages(place).flatMap(({ author, content }) => (author.bot ? [] : [content]));
}

/** What a long day took. */
class Figures {
  readonly #server: DiscordServer;
  readonly #delay = monitorEventLoopDelay({ resolution: 5 });
  readonly #startedAt = performance.now();
  readonly #residentMegabytes: number[] = [];
  #written = 0;

  constructor(server: DiscordServer) {
    this.#server = server;
    this.#delay.enable();
  }

  note(): void {
    this.#written++;
    const tenth = this.#residentMegabytes.length + 1;
    if (this.#written >= (messages / 10) * tenth)
      this.#residentMegabytes.push(Math.round(process.memoryUsage.rss() / 1e6));
  }

  end(): string {
    this.#delay.disable();
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const { requests, gateway, sent } = this.#server;
    const failed = requests.filter(({ status }) => status >= 400).length;
    return [
      `${this.#written} messages and ${sent.length} answers in ${seconds.toFixed(0)} s`,
      `${requests.length} requests, of which ${failed} failed; ${gateway.resumed} sessions taken up again`,
      `${gateway.heartbeats} heartbeats, ${gateway.lateHeartbeats.length} late`,
      `event loop blocked for ${(this.#delay.max / 1e6).toFixed(0)} ms at most`,
      `memory at each tenth: ${this.#residentMegabytes.join(", ")} MB`,
    ].join("\n");
  }
}
