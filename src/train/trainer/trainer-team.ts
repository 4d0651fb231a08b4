import { createServer } from "node:net";
import {
  type Trainer,
  type TrainerEnd,
  TrainerProcess,
  type TrainerProcessOptions,
} from "./trainer-process.ts";

/**
 * Starts one trainer as several processes of this machine, as `torchrun` would: they find each other by the same
 * variables. `torchrun` itself kills what does not end within half a minute of SIGTERM, and a checkpoint may take longer.
 */
export async function startTeam(options: TrainerProcessOptions, size: number): Promise<Trainer> {
  const meeting = { MASTER_ADDR: "127.0.0.1", MASTER_PORT: String(await freePort()) };
  const members = Array.from({ length: size }, (_, rank) => {
    const place = { RANK: String(rank), LOCAL_RANK: String(rank), WORLD_SIZE: String(size) };
    return new TrainerProcess({ ...options, environment: { ...options.environment, ...meeting, ...place } });
  });
  const [first, ...others] = members as [TrainerProcess, ...TrainerProcess[]];
  for (const other of others) void readToEnd(other.lines);
  const stop = () => {
    for (const member of members) member.stop();
  };
  return { pids: members.flatMap(({ pids }) => pids), lines: first.lines, ended: endOf(members, stop), stop };
}

/** Members wait for each other, so one that ends badly ends all; it is the one to be judged. */
async function endOf(members: TrainerProcess[], stop: () => void): Promise<TrainerEnd> {
  let worst: TrainerEnd | undefined;
  const ends = await Promise.all(
    members.map(async ({ ended }) => {
      const end = await ended;
      if (end.exitCode !== 0) {
        worst ??= end;
        stop();
      }
      return end;
    }),
  );
  return worst ?? (ends[0] as TrainerEnd);
}

/** Only the first process speaks; what another says all the same must not fill its pipe. */
async function readToEnd(lines: AsyncIterable<string>): Promise<void> {
  for await (const _line of lines);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
