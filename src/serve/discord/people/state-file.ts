import { readFileSync, statSync } from "node:fs";
import { rename } from "node:fs/promises";
import path from "node:path";
import { codeOf } from "../../../disk-errors.ts";
import { type PassedOver, UserError } from "../../../errors.ts";
import { isProcessGone, withLockInTurn } from "../../../lock-file.ts";
import { makePrivateDirectory, writeFileAtomically } from "../../../workspace.ts";
import { nothingKnown, State } from "./state.ts";

/** Makes the next state of one; made twice, it changes nothing more. */
type Edit = (state: State) => State;

/**
 * The state as it lies on disk, for as many processes as use it: each edit is made anew to what the others left there.
 *
 * What somebody asked for holds at once, also where it cannot be written.
 */
export class StateFile {
  readonly #file: string | undefined;
  readonly #passedOver: PassedOver;
  #state: State = nothingKnown;
  /** How the file looked when it was last read or written. */
  #stamp: string | undefined;
  /** Edits that are not on disk yet. */
  #pending: Edit[] = [];
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param file Undefined where a restart forgets everything.
   * @throws {UserError} for a file that cannot be read: who opted out stands in it.
   */
  constructor(file: string | undefined, passedOver: PassedOver) {
    this.#file = file;
    this.#passedOver = passedOver;
    if (file !== undefined) this.#adopt(readState(file) ?? nothingKnown, file);
  }

  get current(): State {
    if (this.#file !== undefined && stampOf(this.#file) !== this.#stamp) this.#takeUp(this.#file);
    return this.#state;
  }

  /** Resolves once all that was changed is on disk. */
  get written(): Promise<void> {
    return this.#writing;
  }

  /** Resolves once it is on disk, or cannot be and that was said. */
  edit(edit: Edit): Promise<void> {
    this.#state = edit(this.current);
    if (this.#file === undefined) return Promise.resolve();
    const file = this.#file;
    this.#pending.push(edit);
    this.#writing = this.#writing.then(() => this.#write(file)).catch((error) => this.#complain(file, error));
    return this.#writing;
  }

  /** What another process wrote; what was known before where that is gone or damaged. */
  #takeUp(file: string): void {
    try {
      const found = readState(file);
      this.#adopt(found ?? this.#state, file);
    } catch (error) {
      this.#stamp = stampOf(file);
      if (error instanceof UserError) this.#passedOver(error);
      else throw error;
    }
  }

  #adopt(found: State, file: string): void {
    this.#stamp = stampOf(file);
    this.#state = this.#pending.reduce((state, edit) => edit(state), found);
  }

  async #write(file: string): Promise<void> {
    if (this.#pending.length === 0) return;
    await makePrivateDirectory(path.dirname(file));
    await withLockInTurn(`${file}.lock`, "keeping what it knows of accounts", isProcessGone, async () => {
      const edits = [...this.#pending];
      const found = await readOrSetAside(file, this.#passedOver);
      const next = edits.reduce((state, edit) => edit(state), found ?? this.#state);
      await writeFileAtomically(file, `${JSON.stringify(next)}\n`);
      this.#pending = this.#pending.slice(edits.length);
      this.#adopt(next, file);
    });
  }

  #complain(file: string, cause: unknown): void {
    this.#passedOver(
      new UserError(`${file} cannot be written (${codeOf(cause) ?? "unknown"}).`, {
        fix: "Make room there, or check the folder's permissions; until then a restart forgets who opted out since.",
        cause,
      }),
    );
  }
}

/** Undefined where there is none. */
function readState(file: string): State | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    const fix = "Make it a file that this user can read: who opted out stands in it.";
    throw new UserError(`${file} cannot be read (${codeOf(cause)}).`, { fix, cause });
  }
  try {
    return State.parse(JSON.parse(text));
  } catch {
    // The cause would quote the file.
    throw new UserError(`${file} is damaged, or comes from another version of persona.`, {
      fix: "Bring it back from a copy. Without it nobody has opted out, and everybody is told anew that it is an AI: remove it only if that is right.",
    });
  }
}

/** While it runs, the bot knows what was in a file that somebody damaged, and writes it anew. */
async function readOrSetAside(file: string, passedOver: PassedOver): Promise<State | undefined> {
  try {
    return readState(file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    passedOver(error);
    await rename(file, `${file}.damaged`);
    return undefined;
  }
}

/** Changes with whatever is written; undefined where nothing can be seen. */
function stampOf(file: string): string | undefined {
  try {
    const { ino, mtimeMs, size } = statSync(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}
