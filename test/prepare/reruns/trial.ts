import { rm } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { UserError } from "../../../src/errors.ts";
import type { MessageStore } from "../../../src/handoffs/index.ts";
import { readManifest } from "../../../src/handoffs/read-manifest.ts";
import { forgetPerson, importExports, openMessages, storeModule } from "../../../src/ingest/index.ts";
import {
  findDatasetsOf,
  type PrepareOptions,
  prepareShards,
  removeSegments,
} from "../../../src/prepare/index.ts";
import { openWorkspace, type Workspace } from "../../../src/workspace.ts";
import type { Random } from "../../ingest/truth/random.ts";
import { bytesOf } from "../../ingest/truth/store.ts";
import { damage } from "./accidents.ts";
import { type Choices, someChoice } from "./choices.ts";
import { contentsOf, expectAllCounted, expectOneStory, expectSame, withoutTime, wordsOf } from "./compare.ts";
import { type Exports, newFolder } from "./exports.ts";
import { expectSoundShards } from "./shards.ts";

const steps = 14;

/** One world and one data folder, and what is done to them. */
export class Trial {
  readonly said: string[] = [];
  readonly folders: string[];
  /** Data sets that were compared with those of runs from nothing. */
  compared = 0;
  choices: Choices = {};
  readonly #forgotten: string[] = [];
  readonly #imported = new Set<string>();
  readonly random: Random;
  readonly exports: Exports;
  readonly workspace: Workspace;
  readonly chat: string;

  constructor(random: Random, exports: Exports, workspace: Workspace, chat: string) {
    this.random = random;
    this.exports = exports;
    this.workspace = workspace;
    this.chat = chat;
    this.folders = [...exports.folders, workspace.root, chat];
  }

  async run(): Promise<void> {
    await this.import();
    for (let step = 0; step < steps; step++) {
      const next = this.random.pick([
        this.import,
        this.forget,
        this.choose,
        this.choose,
        this.damage,
        this.stop,
        this.dryRun,
        this.twoAtOnce,
        this.prepare,
        this.prepare,
      ]);
      await next.call(this);
      if (this.random.chance(0.5)) await this.prepare();
    }
    await this.prepare();
    if (this.#forgotten.length === 0) await this.importInOtherOrder();
  }

  async importInOtherOrder(): Promise<void> {
    const other = openWorkspace(await newFolder("order"));
    const [whole = "", ...parts] = this.exports.folders.filter((folder) => this.#imported.has(folder));
    // The one that knows the owner's earlier name: exports under both names would else be taken for two people's.
    const order = [whole, ...this.random.shuffle(parts)];
    try {
      for (const folder of order) await importExports([folder], { workspace: other, persona: "Ána Lima" });
      expectSame(await bytesOf(this.workspace), await bytesOf(other));
    } finally {
      await rm(other.root, { recursive: true, force: true });
    }
  }

  async import(): Promise<void> {
    const some = this.random.shuffle(this.exports.folders).slice(0, 1 + this.random.below(3));
    // WhatsApp does not say who the owner is.
    if (this.said.length === 0) some.push(this.exports.folders[0] as string);
    this.said.push(`import ${some.map((folder) => this.exports.folders.indexOf(folder))}`);
    for (const folder of some) this.#imported.add(folder);
    await importExports(some, { workspace: this.workspace, persona: "Ána Lima" });
  }

  async forget(): Promise<void> {
    const store = await openMessages(this.workspace);
    const name = this.random.pick(
      [...this.exports.secrets.keys()].filter((one) => one !== store.owner && one !== ""),
    );
    if (
      this.#forgotten.length > 1 ||
      !store.threads.some(({ people }) => people.some((person) => person.name === name))
    )
      return;
    this.said.push(`forget ${name}`);
    const { changedThreads } = await forgetPerson({ workspace: this.workspace, name });
    await removeSegments(this.workspace);
    for (const id of await findDatasetsOf(this.workspace, changedThreads))
      await rm(path.join(this.workspace.shards, id), { recursive: true });
    this.#forgotten.push(name);
  }

  async choose(): Promise<void> {
    const choice = someChoice(this.random, await openMessages(this.workspace), this.chat);
    this.said.push(JSON.stringify(choice));
    this.choices = { ...this.choices, ...choice };
  }

  async damage(): Promise<void> {
    this.said.push(await damage(this.workspace, this.random));
  }

  async stop(): Promise<void> {
    const stop = new AbortController();
    await this.choose();
    const afterThreads = this.random.below(30);
    this.said.push(`stopped after ${afterThreads}`);
    await this.#prepare({
      signal: stop.signal,
      onProgress: (done) => {
        if (done >= afterThreads) stop.abort(new UserError("stopped", { fix: "" }));
      },
    }).catch(passUserError);
  }

  async dryRun(): Promise<void> {
    await this.choose();
    this.said.push("dry run");
    const dry = await this.#prepare({ dryRun: true }).catch(passUserError);
    const real = await this.#prepare({}).catch(passUserError);
    expect(dry && withoutTime(dry.manifest)).toEqual(real && withoutTime(real.manifest));
  }

  async twoAtOnce(): Promise<void> {
    await this.choose();
    this.said.push("two at once");
    const other = this.random.pick<Choices>([{}, { excludeThreads: [] }, { minOwnTexts: 2 }]);
    await Promise.all([this.#prepare({}).catch(passUserError), this.#prepare(other).catch(passUserError)]);
  }

  async prepare(): Promise<void> {
    const jobs = this.random.pick([1, 1, 1, 2, 3]);
    this.said.push(`prepare by ${jobs}`);
    const store = await openMessages(this.workspace);
    const scratch = openWorkspace(await newFolder("fresh"));
    try {
      const fresh = await prepareShards({ ...this.choices, store, workspace: scratch }).catch(passUserError);
      const rerun = await this.#prepare({ jobs }).catch(passUserError);
      expect(rerun?.manifest.id).toBe(fresh?.manifest.id);
      if (rerun === undefined || fresh === undefined) {
        this.said.push("(too little)");
        return;
      }
      expectSame(await contentsOf(rerun.directory), await contentsOf(fresh.directory));
      this.compared++;
      await this.#expectSound(store, rerun.directory);
    } finally {
      await rm(scratch.root, { recursive: true, force: true });
    }
  }

  async #expectSound(store: MessageStore, directory: string): Promise<void> {
    const manifest = await readManifest(directory);
    if (manifest === undefined) throw new Error("No manifest.");
    await expectAllCounted(store, manifest);
    await expectOneStory(directory, manifest);
    await expectSoundShards(directory, manifest);
    const words = await wordsOf(directory, manifest);
    for (const name of [...this.#forgotten, ...(this.choices.optedOut ?? [])]) {
      const secret = this.exports.secrets.get(name);
      if (secret !== undefined && name !== "Alex Kim")
        expect(words.includes(secret) && `words of ${name}`).toBe(false);
    }
  }

  async #prepare(more: Partial<PrepareOptions>) {
    return prepareShards({
      ...this.choices,
      store: await openMessages(this.workspace),
      workspace: this.workspace,
      storeModule: storeModule(this.workspace),
      jobs: 1,
      ...more,
    });
  }
}

function passUserError(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
}
