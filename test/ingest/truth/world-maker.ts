/** Makes what the people of a world sent each other. */
import type { Person } from "./people.ts";
import type { Random } from "./random.ts";
import {
  constantLines,
  emoji,
  everyHardText,
  pollLines,
  reactionLines,
  sayings,
  serviceLines,
  wordsLikeServiceLines,
} from "./words.ts";
import type { Content, Entry, SecureContent, SecureThread, Thread } from "./world.ts";

const start = Date.UTC(2019, 2, 1, 7);
const minuteMs = 60_000;
const dayMs = 86_400_000;

export class WorldMaker {
  readonly #random: Random;
  readonly #people: Person[];
  readonly #partSize: number;
  readonly #wholeSeconds: boolean;
  #files = 0;
  #turn = 0;

  constructor(random: Random, people: Person[], partSize: number, wholeSeconds: boolean) {
    this.#random = random;
    this.#people = people;
    this.#partSize = partSize;
    this.#wholeSeconds = wholeSeconds;
  }

  threads(longest: number): Thread[] {
    const size = () => 3 + this.#random.below(25);
    const group = [0, 1, 2, 3, 4, 5, 6, 7];
    const threads = [
      this.#pair("100000000000001", 2, longest, { section: "e2ee_cutover", earlierSection: "inbox" }),
      this.#pair("100000000000002", 1, size()),
      this.#pair("100000000000003", 3, size()),
      this.#pair("100000000000004", 4, size(), { section: "archived_threads" }),
      this.#pair("100000000000005", 5, size(), { section: "e2ee_cutover" }),
      this.#pair("100000000000006", 8, size(), { section: "message_requests" }),
      this.#pair("100000000000007", 10, size(), { section: "e2ee_cutover" }),
      this.#pair("100000000000008", 11, size(), { section: "e2ee_cutover" }),
      this.#pair("100000000000009", 12, size()),
      this.#pair("100000000000010", 13, size()),
      this.#pair("100000000000011", 14, size(), { section: "e2ee_cutover" }),
      this.#pair("100000000000012", 15, size()),
      this.#pair("100000000000013", 16, size(), { section: "filtered_threads" }),
      this.#pair("100000000000014", 17, size()),
      this.#pair("100000000000015", 18, size()),
      this.#pair("Ab_3dE9xYz", 9, size()),
      this.#pair("100000000000016", 20, size(), {
        section: "filtered_threads",
        title: "Caro Díaz · Blue sofa, almost new",
      }),
      this.#group("100000000000020", group, size() * 3, {
        title: "Game night 🎲",
        earlierTitle: "Game night",
      }),
      this.#group("100000000000021", [0, 2, 8, 9, 14, 15], size() * 2, { title: "Game night 🎲" }),
      this.#group("100000000000022", [0, 1, 19, 20], size(), { title: "" }),
      // After the owner leaves a group, it lists the owner alone.
      { ...this.#group("100000000000023", [0, 6, 21, 10], size(), { title: "قهوة ☕ “Café”" }), listed: [0] },
    ];
    this.#append(threads[1], 1, everyHardText);
    this.#append(threads[2], 3, wordsLikeServiceLines);
    return threads;
  }

  secureThreads(threads: Thread[]): SecureThread[] {
    const lastOf = (id: string) =>
      threads.find((thread) => thread.id === id)?.entries.at(-1)?.sentAt ?? start;
    const chat = (other: number, from: number, continues?: string): SecureThread => ({
      people: [0, other],
      title: this.#people[other]?.name ?? "",
      ...(continues === undefined ? {} : { continues }),
      entries: this.#secureEntries([0, other], 20 + this.#random.below(20), from),
    });
    const lastOfBoth = Math.max(lastOf("100000000000007"), lastOf("100000000000008"));
    return [
      chat(2, lastOf("100000000000001") + dayMs, "100000000000001"),
      chat(5, lastOf("100000000000005") + dayMs, "100000000000005"),
      chat(14, lastOf("100000000000011") + dayMs, "100000000000011"),
      // Two people are called so: which of the two chats it goes on from cannot be known.
      chat(11, lastOfBoth + 300 * dayMs),
      chat(21, start),
      { people: [0, 3], title: "Дмитрий Орлов", entries: [] },
    ];
  }

  #pair(id: string, other: number, size: number, rest: Partial<Thread> = {}): Thread {
    const person = this.#people[other];
    return {
      id,
      title: person?.name ?? "",
      ...(person?.earlierName === undefined ? {} : { earlierTitle: person.earlierName }),
      section: "inbox",
      isGroup: false,
      listed: [other, 0],
      entries: this.#entries([0, other], size, false),
      partSize: this.#partSize,
      ...rest,
    };
  }

  #group(id: string, members: number[], size: number, rest: Partial<Thread>): Thread {
    return {
      id,
      title: "",
      section: "inbox",
      isGroup: true,
      listed: members,
      entries: this.#entries(members, size, true),
      partSize: this.#partSize,
      ...rest,
    };
  }

  /** Bursts, silences, equal times, and now and then the same words twice at one moment. */
  #entries(members: number[], size: number, isGroup: boolean): Entry[] {
    const random = this.#random;
    const entries: Entry[] = [];
    let time = this.#clock(start + random.below(300 * dayMs));
    let sender = random.pick(members);
    const makers = [
      // Everyone speaks, so that a store knows each of them.
      ...members.map((member) => () => this.#text(member, sayings(random))),
      ...Array.from({ length: size }, () => () => this.#entry(sender, members, isGroup)),
      () => this.#text(members[0] ?? 0, "the end"),
    ];
    for (const make of makers) {
      if (random.chance(0.4)) sender = random.pick(members);
      if (!random.chance(0.15)) time = this.#clock(time + this.#pause());
      const entry = make();
      entries.push({ ...entry, sentAt: entry.content.type === "without a time" ? null : time });
      if (entry.content.type === "text" && random.chance(0.08)) entries.push({ ...entry, sentAt: time });
    }
    return entries;
  }

  #append(thread: Thread | undefined, sender: number, texts: readonly string[]): void {
    let time = thread?.entries.at(-1)?.sentAt ?? start;
    for (const text of texts) {
      time += minuteMs;
      thread?.entries.push({ ...this.#text(sender, text), sentAt: time });
    }
  }

  #pause(): number {
    const random = this.#random;
    return 1 + (random.chance(0.7) ? random.below(2 * minuteMs) : random.below(3 * dayMs));
  }

  #clock(time: number): number {
    return this.#wholeSeconds ? Math.ceil(time / 1000) * 1000 : time;
  }

  #text(sender: number, text: string): Entry {
    return { sender, sentAt: 0, content: { type: "text", text }, reactions: [] };
  }

  #entry(sender: number, members: number[], isGroup: boolean): Entry {
    const content = this.#content(sender, members, isGroup);
    const hasReactions = content.type === "nothing" ? false : this.#random.chance(0.15);
    const canReact = ["text", "media", "sticker", "share", "unsent"].includes(content.type);
    const entry: Entry = {
      sender,
      sentAt: 0,
      content,
      reactions: hasReactions && canReact ? this.#reactions(members) : [],
    };
    if (content.type === "text" && this.#random.chance(0.05)) entry.laterReactions = this.#reactions(members);
    if (content.type === "nothing" && this.#random.chance(0.3)) entry.reactions = this.#reactions(members);
    return entry;
  }

  #reactions(members: number[]): Entry["reactions"] {
    const actors = this.#random.shuffle(members).slice(0, 1 + this.#random.below(2));
    return actors.map((actor) => ({ emoji: this.#random.pick(emoji), actor }));
  }

  #content(sender: number, members: number[], isGroup: boolean): Content {
    const random = this.#random;
    if (random.chance(0.6)) return { type: "text", text: sayings(random) };
    const name = (extension: string) => `${100_000 + ++this.#files}_n.${extension}`;
    const choices: (() => Content)[] = [
      () => ({ type: "text", text: sayings(random), link: "https://example.org/é?a=1" }),
      () => ({ type: "text", text: sayings(random), photo: name("jpg") }),
      () => ({
        type: "media",
        field: "photos",
        names: [name("jpg"), name("png")],
        ...(random.chance(0.5) ? { line: "{A} sent a photo." } : {}),
      }),
      () => ({ type: "media", field: "videos", names: [name("mp4")] }),
      () => ({ type: "media", field: "audio_files", names: [name("aac")] }),
      () => ({ type: "media", field: "files", names: [`Relatório ${name("pdf")}`] }),
      () => ({ type: "media", field: "gifs", names: [name("gif")] }),
      () => ({ type: "sticker", name: name("png") }),
      () => ({ type: "share", link: "https://example.org/article", shareText: "words of somebody else" }),
      () => ({ type: "share", link: "https://example.org/post/1", line: "{A} sent an attachment." }),
      () => ({ type: "share", shareText: "Live location of somebody" }),
      () => this.#call(sender),
      () => ({ type: "service", line: this.#line(isGroup) }),
      () => ({ type: "poll", line: random.pick(pollLines) }),
      () => ({ type: "reaction", line: random.pick(reactionLines) }),
      () => ({ type: "nothing" }),
      () => ({ type: "nothing", leftover: random.pick(["ip", "empty text", "null text"] as const) }),
      () => ({ type: "unsent" }),
      () => ({ type: "unsent", takenDown: true }),
      () => ({ type: "unsent", words: "This poll is no longer available." }),
      () => ({ type: "bumped", words: "older words, said once already" }),
      () => ({ type: "without a time", text: "words at no time" }),
    ];
    if (isGroup && members.length > 3)
      choices.push(
        () => ({ type: "service", line: "{A} added {X} to the group.", subscription: "Subscribe" }),
        () => ({ type: "service", line: "{A} left the group.", subscription: "Unsubscribe" }),
      );
    // In turn, so that no kind is left out of a world.
    return (choices[this.#turn++ % choices.length] ?? random.pick(choices))();
  }

  /** Facebook names the owner `You`, and the caller of a missed call is its sender. */
  #call(sender: number): Content {
    const seconds = this.#random.below(4000);
    if (this.#random.chance(0.3)) {
      const line = sender === 0 ? "{X} missed your call." : "You missed a video call from {A}.";
      return { type: "call", seconds: 0, missed: true, line };
    }
    return {
      type: "call",
      seconds,
      missed: false,
      line: sender === 0 ? "You called {X}." : "{A} called you.",
    };
  }

  #line(isGroup: boolean): string {
    if (this.#random.chance(0.1)) return this.#random.pick(constantLines);
    return this.#random.pick(
      isGroup ? serviceLines : serviceLines.filter((line) => !/group|\{X\}/.test(line)),
    );
  }

  #secureEntries(people: number[], size: number, from: number): Entry<SecureContent>[] {
    const random = this.#random;
    let time = this.#clock(from);
    return Array.from({ length: size }, (_, index) => {
      // The first has a time: the place of an entry without one is after another.
      const isDated = index === 0 || !random.chance(0.06);
      if (isDated && !random.chance(0.1)) time = this.#clock(time + this.#pause());
      const content: SecureContent = index === 0 ? { type: "text", text: "hi again" } : this.#secureContent();
      const hasReactions = content.type === "text" && random.chance(0.2);
      return {
        sender: random.pick(people),
        sentAt: isDated ? time : null,
        content,
        reactions: hasReactions ? this.#reactions(people) : [],
      };
    });
  }

  #secureContent(): SecureContent {
    const random = this.#random;
    if (random.chance(0.7)) return { type: "text", text: sayings(random) };
    const name = () => `${900_000 + ++this.#files}.jpeg`;
    return random.pick<() => SecureContent>([
      () => ({ type: "media", names: [name()], caption: "" }),
      () => ({ type: "media", names: [name(), name()], caption: sayings(random) }),
      () => ({ type: "media", names: [], caption: "", isMissing: true }),
      () => ({ type: "link", links: "https://example.org/a\nhttps://example.org/b" }),
      () => ({ type: "link", links: "" }),
      () => ({ type: "placeholder" }),
      () => ({ type: "poll", words: "Question: Pizza?; Options: Yes (1 votes: Ben Reis); No (0 votes: )" }),
      () => ({ type: "nothing" }),
    ])();
  }
}
