import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startTeam } from "../../../src/train/trainer/trainer-team.ts";
import { collect, program } from "./programs.ts";

test("each process knows its place and where all meet, and the first speaks for all", async () => {
  const options = await program(`
import os, pathlib, sys, time
place = [os.environ[name] for name in ("RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT", "GPUS")]
folder = pathlib.Path(sys.argv[1])
(folder / f"aside-{place[0]}").write_text(" ".join(place))
(folder / f"aside-{place[0]}").rename(folder / f"member-{place[0]}")
while len(members := sorted(folder.glob("member-*"))) < 3: time.sleep(0.01)
print("\\n".join(member.read_text() for member in members))
`);
  const team = await startTeam({ ...options, args: [options.directory], environment: { GPUS: "0,1" } }, 3);
  const said = (await collect(team.lines)).map((line) => line.split(" "));

  expect(said.map(([rank, localRank, ...common]) => [rank, localRank, common.slice(0, 2)])).toEqual([
    ["0", "0", ["3", "127.0.0.1"]],
    ["1", "1", ["3", "127.0.0.1"]],
    ["2", "2", ["3", "127.0.0.1"]],
  ]);
  expect(new Set(said.map(([, , , , port, gpus]) => `${port} ${gpus}`)).size).toBe(1);
  expect(Number(said[0]?.[4])).toBeGreaterThan(0);
  expect(await team.ended).toMatchObject({ exitCode: 0 });
  expect(new Set(team.pids).size).toBe(3);
});

test("what the others say on stdout, however much, stops nobody", async () => {
  const options = await program(`
import os
print(os.environ["RANK"] * 1_000_000)
`);
  const team = await startTeam(options, 2);

  expect((await collect(team.lines)).map((line) => line.slice(0, 3))).toEqual(["000"]);
  expect(await team.ended).toMatchObject({ exitCode: 0 });
});

test("one that breaks ends the others, which may save, and is the one that is judged", async () => {
  const options = await program(`
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
if os.environ["RANK"] == "1": sys.exit("one of the team broke")
time.sleep(600)
`);
  const team = await startTeam(options, 3);

  expect(await team.ended).toMatchObject({ exitCode: 1, lastLines: ["one of the team broke"] });
});

test("a team that is told to stop ends as a whole", async () => {
  const options = await program(`
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
(pathlib.Path(sys.argv[1]) / f"ready-{os.environ['RANK']}").touch()
time.sleep(600)
`);
  const team = await startTeam({ ...options, args: [options.directory] }, 2);
  const ready = async () => (await readdir(options.directory)).filter((name) => name.startsWith("ready"));
  while ((await ready()).length < 2) await sleep(10);
  team.stop();

  expect(await team.ended).toMatchObject({ exitCode: 0, wasKilled: false });
});
