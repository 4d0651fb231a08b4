import { type ChatInputCommandInteraction, escapeMarkdown } from "discord.js";
import { shownAs } from "../../../transcript/index.ts";
import { hasLink, withoutLinks } from "../../replies/index.ts";
import { splitMessage } from "../messages/index.ts";
import { type BotCommand, type Doors, slashCommandAnywhere } from "./interactions/index.ts";

/** As many as Discord allows an app that is no member of the place where it is asked. */
const mostMessages = 5;

/** Somebody says one thing to the persona, wherever they are: nothing is known of what was said there, and nothing is kept. */
export const ask: BotCommand = {
  data: slashCommandAnywhere("ask", "Say something to me, here; I know nothing of what was said before")
    .addStringOption((option) =>
      option.setName("message").setDescription("What you say to me").setRequired(true).setMaxLength(1500),
    )
    .toJSON(),
  hasPersonaSpeak: true,
  takesTime: true,
  async run(interaction, doors) {
    if (!interaction.isChatInputCommand()) return undefined;
    const { user, options } = interaction;
    const { rules, cast, say } = doors;
    // An interaction cannot wait for as long as an owner may sleep.
    if (rules.approvals.areOn && !rules.isAdmin(user.id)) return say("readFirst");
    const words = options.getString("message", true);
    let opening = quoted(words);
    const { persona } = cast.in(interaction.channelId);
    await rules.introduce(user.id, persona, async (introduction) => {
      opening = `-# ${introduction.replaceAll("\n", "\n-# ")}\n${opening}`;
    });
    const answer = new FewMessages(interaction, opening);
    for await (const bubble of bubblesTo(words, interaction, doors)) await answer.say(bubble);
    return (await answer.end()) ? null : say("nothingToSay", persona);
  },
};

/** What was asked, for everybody: in a message of the bot, which is to say neither what its asker may not, nor by their markup. */
function quoted(words: string): string {
  const all = { heading: true, bulletedList: true, numberedList: true, maskedLink: true };
  const plain = escapeMarkdown(withoutLinks(words, shownAs("link")), all);
  return `> ${plain.replaceAll("\n", "\n> ")}\n`;
}

async function* bubblesTo(
  words: string,
  { id, user, channelId }: ChatInputCommandInteraction,
  { cast }: Doors,
): AsyncGenerator<string> {
  const { persona, memories, friendOf } = cast.in(channelId);
  const memory = memories.aside(`asked by ${id}`);
  if (!memory.hear(persona.labelOf(friendOf(user.id), user.displayName), words, user.id)) return;
  try {
    for await (const event of persona.reply(memory, {
      mayLink: false,
      systemPrompt: cast.promptIn(channelId),
    }))
      if (event.type === "bubble-end") yield event.bubble;
  } finally {
    persona.forget(memory.id);
  }
}

/** An answer that is at most so many messages: what comes after the last but one is sent together. */
class FewMessages {
  readonly #interaction: ChatInputCommandInteraction;
  readonly #opening: string;
  #sent = 0;
  #held: string[] = [];

  constructor(interaction: ChatInputCommandInteraction, opening: string) {
    this.#interaction = interaction;
    this.#opening = opening;
  }

  async say(bubble: string): Promise<void> {
    const said = this.#sent === 0 && this.#held.length === 0 ? this.#opening + bubble : bubble;
    for (const part of splitMessage(said)) {
      if (this.#sent < mostMessages - 1) await this.#send(part);
      else this.#held.push(part);
    }
  }

  /** @returns Whether anything was said. */
  async end(): Promise<boolean> {
    const [rest] = splitMessage(this.#held.join("\n"));
    if (rest !== undefined) await this.#send(rest);
    return this.#sent > 0;
  }

  async #send(content: string): Promise<void> {
    // Of what is sent together, a link may have come to be.
    if (hasLink(content)) return;
    if (this.#sent === 0) await this.#interaction.editReply({ content });
    else await this.#interaction.followUp({ content });
    this.#sent++;
  }
}
