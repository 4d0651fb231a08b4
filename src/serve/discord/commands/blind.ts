import {
  ActionRowBuilder,
  ButtonStyle,
  ContainerBuilder,
  escapeMarkdown,
  MessageFlags,
  StringSelectMenuBuilder,
} from "discord.js";
import { button, buttonRow, text } from "../components/index.ts";
import {
  type AnswerContent,
  type BotCommand,
  type CommandAnswer,
  type Doors,
  type HiddenAnswers,
  ownersCommand,
  type PressInteraction,
  type Relation,
} from "./interactions/index.ts";

const cannotTell = "none";
const shownTurns = 4;
const shownCharacters = 400;

/**
 * Which of some hidden answers is the real person's? What was said before them are real messages: the owner alone sees them,
 * and decides of each whether everybody in the channel may.
 */
export const blind: BotCommand = {
  data: ownersCommand("blind", "Which of some hidden answers is the real one?").toJSON(),
  audience: "admins",
  isPressedByAll: true,
  isPrivate: true,
  takesTime: true,
  isOffered: ({ ballots }) => ballots !== undefined,
  async run({ id }, { backstage, openBallots, cast }) {
    const hidden = await backstage.ballots?.draw();
    if (hidden === undefined) return undefined;
    openBallots.open(id, hidden);
    return cardFor(id, hidden, { name: cast.own.persona.name, isForOwner: true });
  },
  press(interaction, [word, id = "", answer = cannotTell], doors) {
    const hidden = doors.openBallots.of(id);
    if (hidden === undefined) return undefined;
    if (word === "show") return showToAll(interaction, id, hidden, doors);
    if (word === "relation" && interaction.isStringSelectMenu())
      doors.openBallots.note(interaction.user.id, interaction.values[0] as Relation);
    if (doors.openBallots.relationOf(interaction.user.id) === undefined)
      return askRelation(id, answer, doors);
    return vote(interaction, { id, answer, isUpdate: word === "relation" }, doors);
  },
};

async function vote(
  { user }: PressInteraction,
  { id, answer, isUpdate }: { id: string; answer: string; isUpdate: boolean },
  { openBallots, say }: Doors,
): Promise<CommandAnswer> {
  const number = answer === cannotTell ? undefined : Number(answer);
  const isNew = await openBallots.vote(id, user.id, number);
  const content = say(isNew ? "voteKept" : "voteKeptBefore");
  return isUpdate ? { update: { content, components: [] } } : content;
}

async function showToAll(
  interaction: PressInteraction,
  id: string,
  hidden: HiddenAnswers,
  { rules, cast, say }: Doors,
): Promise<CommandAnswer> {
  if (!rules.isAdmin(interaction.user.id)) return say("ownerOnly");
  const { components } = cardFor(id, hidden, { name: cast.own.persona.name, isForOwner: false });
  await interaction.reply({ components, flags: MessageFlags.IsComponentsV2 });
  return null;
}

function askRelation(id: string, answer: string, { cast, say }: Doors): AnswerContent {
  const { name } = cast.own.persona;
  const menu = new StringSelectMenuBuilder()
    .setCustomId(`blind:relation:${id}:${answer}`)
    .setPlaceholder("Who are you?")
    .addOptions(
      { value: "friend", label: `I know ${name}` },
      { value: "stranger", label: `I do not know ${name}` },
      { value: "self", label: `I am ${name}` },
    );
  return {
    content: say("voteFirst"),
    components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu)],
  };
}

function cardFor(
  id: string,
  { context, answers }: HiddenAnswers,
  { name, isForOwner }: { name: string; isForOwner: boolean },
) {
  const before = context
    .slice(-shownTurns)
    .map(({ speaker, bubbles }) => `**${escapeMarkdown(speaker)}:** ${shown(bubbles)}`);
  const numbered = answers.map(({ bubbles }, index) => `**[${index + 1}]** ${shown(bubbles)}`);
  const container = new ContainerBuilder().addTextDisplayComponents(
    text(`### Which answer is the real ${escapeMarkdown(name)}'s?`),
    text(before.join("\n")),
    text(numbered.join("\n\n")),
    ...(isForOwner ? [text("-# These are real messages of people you know: only you see them so far.")] : []),
  );
  const buttons = answers.map((_, index) => button(`blind:vote:${id}:${index}`, String(index + 1)));
  buttons.push(button(`blind:vote:${id}:${cannotTell}`, "I cannot tell"));
  if (isForOwner) buttons.push(button(`blind:show:${id}`, "Ask everybody here", ButtonStyle.Secondary));
  container.addActionRowComponents(buttonRow(...buttons));
  return { components: [container], isCard: true };
}

function shown(bubbles: string[]): string {
  const words = [...bubbles.join("\n")];
  const cut = words.length > shownCharacters ? [...words.slice(0, shownCharacters), "…"] : words;
  return escapeMarkdown(cut.join(""));
}
