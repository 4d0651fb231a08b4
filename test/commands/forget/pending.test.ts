import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { People, StateFile } from "../../../src/serve/index.ts";
import { oldWorkspace } from "../../new-workspace.ts";
import { runInProcess } from "../in-process.ts";

const [ben, stranger] = ["184405311681986560", "184405311681986561"];

test("who asked on Discord to be forgotten is listed with the command to run, until that was run", async () => {
  const workspace = await oldWorkspace();
  const people = new People(new StateFile(workspace.discordFile, () => {}));
  await people.claim(ben, "Ben Reis", { isConfirmed: true });
  await people.requestForget(ben, Date.UTC(2026, 10, 29));
  await people.requestForget(stranger, Date.UTC(2026, 10, 30));
  const pending = ["--data", workspace.root, "forget", "--pending"];
  const { stderr } = await runInProcess(pending);
  expect(stderr).toMatch(
    new RegExp(`2026-11-29 {2}Discord account ${ben}: persona --data .* forget "Ben Reis"`),
  );
  expect(stderr).toContain(`2026-11-30  Discord account ${stranger}: nobody says who that is`);
  await runInProcess(["--data", workspace.root, "forget", "Ben Reis", "--yes"]);
  const left = await runInProcess([...pending, "--json"]);

  expect(JSON.parse(left.stdout)).toMatchObject([{ id: stranger }]);
});

test("who is waiting goes by the name that stands in friends, however it was typed there", async () => {
  const workspace = await oldWorkspace();
  const config = path.join(workspace.root, "persona.json");
  await writeFile(config, JSON.stringify({ friends: { [ben]: " Ben Reis " } }));
  await new People(new StateFile(workspace.discordFile, () => {})).requestForget(ben);
  const pending = ["--data", workspace.root, "--config", config, "forget", "--pending"];
  const { stderr } = await runInProcess(pending);

  expect(stderr).toMatch(/forget "Ben Reis"$/m);
});

test("forget wants a name, or to list who asked", async () => {
  const workspace = await oldWorkspace();

  expect(await runInProcess(["--data", workspace.root, "forget"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("Nobody is named."),
  });
});
