import type { RunRecord } from "../../handoffs/index.ts";
import {
  keepMemories,
  type Manners,
  type Memories,
  mannersOf,
  type OpenMask,
  type Persona,
  personaOfRun,
  type ReplySettings,
} from "../../serve/index.ts";
import type { CommandContext } from "../command.ts";
import { FrontDoor } from "./front-door.ts";
import { friendsOf, type Speakers, speakersOf } from "./speakers.ts";

interface Speaking {
  persona: Persona;
  settings: ReplySettings;
  /** As the first run has seen words masked. */
  openMask: OpenMask | undefined;
}

/** Whom a run has heard, and who of them are on Discord: its names for them by their ids. */
interface Known {
  speakers: Speakers;
  friends: ReadonlyMap<string, string>;
}

/** What the bot takes from the run that answers: whom it knows, and the person's manners. */
export class BotPresence {
  readonly #context: CommandContext;
  readonly #speaking: Speaking;
  /** Friends as the run calls them, by their Discord ids. */
  readonly #friends: FrontDoor<Known>;
  #manners: Manners;
  /** The run that answers. */
  #run: RunRecord;
  /** What is being learnt of the run that answers: another model's chances say nothing of it. */
  #learning = new AbortController();

  private constructor(
    context: CommandContext,
    run: RunRecord,
    speaking: Speaking,
    { friends, manners }: { friends: FrontDoor<Known>; manners: Manners },
  ) {
    this.#context = context;
    this.#run = run;
    this.#speaking = speaking;
    this.#friends = friends;
    this.#manners = manners;
  }

  /** @param memories Of one that speaks beside another; otherwise they are opened here. */
  static async open(
    context: CommandContext,
    run: RunRecord,
    speaking: Speaking,
    { signal, memories }: { signal?: AbortSignal; memories?: Memories } = {},
  ): Promise<BotPresence> {
    const known = await friendsFor(context, run);
    const manners = await mannersFor(context, run, speaking, signal);
    const { openMask } = speaking;
    const read = (other: RunRecord) => friendsFor(context, other);
    const remembered = memories ?? (await memoriesFor(context, run, speaking));
    const friends = new FrontDoor({ memories: remembered, openMask, known, read });
    return new BotPresence(context, run, speaking, { friends, manners });
  }

  get memories(): Memories {
    return this.#friends.memories;
  }

  /** When it speaks, and how long it takes. */
  get manners(): Manners {
    return this.#manners;
  }

  /** What the run calls somebody, by their Discord id. */
  friendOf(id: string): string | undefined {
    return this.#friends.known.friends.get(id);
  }

  /** Whom the run has heard. */
  get speakers(): Speakers {
    return this.#friends.known.speakers;
  }

  /** How the run has seen words masked. */
  get openMask(): OpenMask | undefined {
    return this.#friends.openMask;
  }

  /** Reads what there is to know of a run that may take over; what is returned is called once it answers. */
  async prepareFor(run: RunRecord): Promise<(openMask: OpenMask | undefined) => void> {
    const takeOver = await this.#friends.prepareFor(run);
    return (openMask) => {
      takeOver(openMask);
      this.#run = run;
      this.#learnManners(run);
    };
  }

  /** `persona.json` has other friends than before. */
  readFriendsAgain(): Promise<void> {
    return this.#friends.readAgain(this.#run);
  }

  async close(): Promise<void> {
    this.#learning.abort();
    await this.memories.close();
  }

  #learnManners(run: RunRecord): void {
    this.#learning.abort();
    this.#learning = new AbortController();
    const { signal } = this.#learning;
    mannersFor(this.#context, run, this.#speaking, signal).then(
      (manners) => {
        if (!signal.aborted) this.#manners = manners;
      },
      (error: unknown) => {
        if (!signal.aborted) this.#context.terminal.warn(`It keeps the times of the run before: ${error}`);
      },
    );
  }
}

/** What friends say to a run, masked as its data set was, and kept for as long as the owner chose. */
function memoriesFor(
  { workspace, passedOver }: CommandContext,
  run: RunRecord,
  { openMask, settings: { keepDays } }: Speaking,
): Promise<Memories> {
  const folder = workspace.conversations;
  return keepMemories({ persona: run.persona, openMask, folder, keepDays, passedOver });
}

/** When a run's persona speaks, and how long it takes. */
async function mannersFor(
  { workspace, terminal, passedOver }: CommandContext,
  run: RunRecord,
  { persona, settings: { patience, talkativeness } }: Speaking,
  signal?: AbortSignal,
): Promise<Manners> {
  const called = { conversation: "held-out turns", ...(signal && { signal }) };
  let progress: ReturnType<typeof terminal.progress> | undefined;
  return mannersOf(workspace, run, {
    patience,
    talkativeness,
    chanceOfSpeaking: (turns) => persona.chanceOfSpeaking(turns, called),
    onLearning(moments, done) {
      if (progress === undefined)
        terminal.note(`Learning from ${moments} held-out turns when it speaks in groups, once …`);
      progress ??= terminal.progress("learning");
      progress.update(done, moments);
    },
    passedOver,
    ...(signal && { signal }),
  }).finally(() => {
    progress?.done();
    persona.forget(called.conversation);
  });
}

/** What a run calls the friends that `persona.json` names. */
async function friendsFor({ workspace, config, terminal }: CommandContext, run: RunRecord): Promise<Known> {
  const speakers = await speakersOf(workspace, run, await personaOfRun(workspace, run));
  return { speakers, friends: friendsOf(config.friends, speakers, terminal.warn) };
}
