/** A machine's GPU, handed over to runs that want it and taken back when they are through. */
import { setTimeout as sleep } from "node:timers/promises";
import { orPassOver } from "../../errors.ts";
import { hasGpu, type ReplySettings } from "../../serve/index.ts";
import { openQueueServer, type QueueServer, ServingCard } from "../../train/index.ts";
import { type CommandContext, redisUrl } from "../command.ts";

/** Where replies may be computed at the moment. */
export type Device = "gpu" | "cpu";

/** Whether nobody answers at such a place: a run has the GPU, and the CPU is not to answer meanwhile. */
export function restsAt(
  place: Device | undefined,
  { whileTraining }: Pick<ReplySettings, "whileTraining">,
): boolean {
  return place === "cpu" && whileTraining === "rest";
}

/** Whoever serves and says nothing for so long is taken for gone. */
const usualDurationMs = 20_000;
/** How long leaving waits for the server to hear of it. */
const goodbyeMs = 1000;

/** The card of this machine, unless replies do not need it or there is none. */
export async function openSharedCard(
  { workspace, terminal }: CommandContext,
  { gpu, server }: Pick<ReplySettings, "gpu" | "server">,
): Promise<SharedCard | undefined> {
  if (server !== null || gpu === "cpu" || !(await hasGpu())) return undefined;
  const queue = await orPassOver(openQueueServer({ redisUrl: redisUrl(), workspace }), ({ message }) =>
    terminal.warn(`Runs on this machine are not told that the GPU is in use: ${message}`),
  );
  if (queue === undefined) return undefined;
  const card = new SharedCard(queue);
  await card.look();
  return card;
}

/** Keeps asking for the card, and tells when replies have to be computed elsewhere. */
export class SharedCard {
  readonly #queue: QueueServer;
  readonly #card: ServingCard;
  #place: Device = "cpu";
  #move: (place: Device) => Promise<void> = async () => {};
  #isAsking = false;
  #moving: Promise<void> | undefined;
  /** The answer to which it could not move: it is not tried again until there is another. */
  #stuckOn: string | undefined;
  #timer: NodeJS.Timeout;

  constructor(queue: QueueServer, durationMs = usualDurationMs) {
    this.#queue = queue;
    this.#card = new ServingCard(queue.connect(), { durationMs });
    // A model may be loaded for longer than silence is believed in. Until it is, nobody could move.
    this.#timer = setInterval(() => void this.#card.hold().catch(() => {}), durationMs / 3).unref();
  }

  get place(): Device {
    return this.#place;
  }

  /** Calls `move` whenever the place changes; the card counts as in use until a move away from it is done. */
  share(move: (place: Device) => Promise<void>, everyMs = 1000): void {
    this.#move = move;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.look().catch(() => {}), everyMs).unref();
  }

  async look(): Promise<void> {
    // While the server is away, one question waits for it and not one a second.
    if (this.#isAsking) return;
    this.#isAsking = true;
    const answer = await this.#card.hold().finally(() => {
      this.#isAsking = false;
    });
    if (this.#moving !== undefined || answer === this.#stuckOn) return;
    this.#stuckOn = undefined;
    const place = answer === "ours" ? "gpu" : "cpu";
    if (place !== this.#place) await this.#moveTo(place, answer);
    if (answer === "wanted" && this.#place === "cpu") await this.#card.release();
  }

  async #moveTo(place: Device, answer: string): Promise<void> {
    const before = this.#place;
    this.#place = place;
    this.#moving = this.#move(place).catch(() => {
      this.#place = before;
      this.#stuckOn = answer;
    });
    await this.#moving;
    this.#moving = undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#moving;
    const released = this.#card.release().catch(() => {});
    await Promise.race([released, sleep(goodbyeMs, undefined, { ref: false })]);
    await this.#queue.close();
  }
}
