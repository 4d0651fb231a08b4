import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type ChatInputCommandInteraction,
  Events,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { expect, test } from "vitest";
import { ids } from "./index.ts";
import { connectClient } from "./real-client.ts";

const commands = [
  {
    name: "persona",
    description: "Who it is",
    options: [
      {
        name: "use",
        description: "Become somebody",
        type: 1,
        options: [
          { name: "name", description: "Who", type: 3, required: true, autocomplete: true },
          { name: "times", description: "How often", type: 4 },
        ],
      },
    ],
  },
  { name: "ask", description: "Ask", integration_types: [0, 1], contexts: [0, 1, 2] },
  { name: "train", description: "Train", default_member_permissions: "8", contexts: [0] },
  { name: "Regenerate", type: 3 },
  { name: "Forget", type: 2 },
];

async function connectWithCommands(answer: (interaction: Interaction) => unknown) {
  const { server, client } = await connectClient();
  await client.application.commands.set(commands as never);
  const failures: { code?: number }[] = [];
  client.on(Events.InteractionCreate, async (interaction) => {
    try {
      await answer(interaction);
    } catch (error) {
      failures.push(error as { code?: number });
    }
  });
  return { server, client, failures, ben: server.friend("Ben"), zoe: server.friend("Zoe") };
}

test("a command brings what was typed after it, and only what is registered can be typed", async () => {
  const { ben, zoe } = await connectWithCommands((interaction) => {
    if (!interaction.isChatInputCommand()) return undefined;
    const { options } = interaction;
    const said = `${options.getSubcommand()} ${options.getString("name")} ${options.getInteger("times")}`;
    return interaction.reply({ content: said, flags: MessageFlags.Ephemeral });
  });
  const asked = ben.types("/persona use name:Ana: the second times:3", { in: ids.busy });

  expect(await asked.words()).toBe("use Ana: the second 3");
  expect(asked.isEphemeral).toBe(true);
  expect(() => ben.types("/persona use times:3")).toThrow("needs name");
  expect(() => ben.types("/persona drop")).toThrow("has no part called drop");
  expect(() => ben.types("/nothing")).toThrow("/nothing is not offered here; /persona, /ask are");
  expect(() => zoe.types("/train", { in: ids.busy })).toThrow("not offered");
  expect(() => ben.types("/train", { in: ids.busy })).not.toThrow();
});

test("commands keep their ids when they are registered again, and are read back", async () => {
  const { client, server } = await connectWithCommands(() => {});
  const before = await client.application.commands.fetch();
  await client.application.commands.set(commands.slice(0, 2) as never);
  const after = await client.application.commands.fetch();

  expect([...after.keys()]).toEqual([...before.keys()].slice(0, 2));
  expect(server.requestsTo("PUT /applications/{application_id}/commands")).toHaveLength(2);
});

test("an option offers what the bot suggests", async () => {
  const { ben } = await connectWithCommands((interaction) => {
    if (!interaction.isAutocomplete()) return undefined;
    const typed = interaction.options.getFocused();
    return interaction.respond([{ name: `${typed}na`, value: "ana" }]);
  });

  expect(await ben.isOffered("/persona use name:A")).toEqual([{ name: "Ana", value: "ana" }]);
});

test("menus of messages and people bring what they were opened on", async () => {
  const { ben, zoe } = await connectWithCommands((interaction) => {
    if (interaction.isMessageContextMenuCommand())
      return interaction.reply(interaction.targetMessage.content);
    if (interaction.isUserContextMenuCommand()) return interaction.reply(interaction.targetUser.username);
    return undefined;
  });
  const message = zoe.says("again", { in: ids.busy });

  expect(await ben.uses("Regenerate", message).words()).toBe("again");
  expect(await ben.uses("Forget", zoe, { in: ids.busy }).words()).toBe("zoe");
});

test("buttons, menus and forms bring what was clicked, chosen and filled in", async () => {
  const { ben, zoe } = await connectWithCommands(async (interaction) => {
    if (interaction.isChatInputCommand())
      await interaction.reply({ content: "which?", components: choices() });
    else if (interaction.isButton()) await interaction.showModal(form());
    else if (interaction.isStringSelectMenu())
      await interaction.update({ content: interaction.values.join("+"), components: [] });
    else if (interaction.isModalSubmit())
      await interaction.reply(interaction.fields.getTextInputValue("words"));
  });
  const asked = await ben.types("/ask", { in: ids.busy }).answer();
  const sent = await zoe.submits(zoe.clicks(asked, "Wrong"), { "Better words": "so much" });
  expect(await sent.words()).toBe("so much");
  expect(() => zoe.clicks(asked, "Right")).toThrow("Wrong");

  const chosen = await ben.chooses(asked, "who", "Ana").answer();
  expect([chosen.id, chosen.content, chosen.components]).toEqual([asked.id, "ana", []]);
});

test("a deferred answer comes later, in the place of the first", async () => {
  const { ben, server } = await connectWithCommands(async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply();
    await interaction.editReply("thought");
    await interaction.followUp("and more");
  });
  const asked = ben.types("/ask", { in: ids.busy });

  expect(await asked.words()).toBe("thought");
  expect((await asked.followedUp(1)).map(({ content }) => content)).toEqual(["and more"]);
  expect(asked.isDeferred).toBe(true);
  expect(server.said({ in: ids.busy }).map(({ content }) => content)).toEqual(["thought", "and more"]);
  expect(server.answers).toEqual(["thought", "and more"]);
});

test("who answers too late or twice is told so", async () => {
  const { server, client, ben, failures } = await connectWithCommands(async (interaction) => {
    const command = interaction as ChatInputCommandInteraction;
    await command.reply("once");
    // As a second process on the same token would.
    const body = { type: 4, data: { content: "twice" } };
    await client.rest.post(`/interactions/${command.id}/${command.token}/callback`, { body, auth: false });
  });
  await ben.types("/ask", { in: ids.busy }).answer();
  await expect.poll(() => failures.map(({ code }) => code)).toEqual([40060]);

  const late = server.discord.interactions.start({
    type: 2,
    channel: server.discord.world.channel(ids.busy),
    user: server.discord.world.account(ids.ben),
    data: { id: "1", name: "ask", type: 1 },
    startedAt: Date.now() - 4000,
  });
  await expect.poll(() => failures.map(({ code }) => code)).toEqual([40060, 10062]);
  expect(late.acknowledged).toBeUndefined();
});

test("where only a person has the bot it says five things more, and hears nothing else", async () => {
  const { server, ben, zoe, failures } = await connectWithCommands(async (interaction) => {
    const command = interaction as ChatInputCommandInteraction;
    await command.reply(`for <@${command.authorizingIntegrationOwners[1]}>`);
    for (let count = 1; count <= 6; count++) await command.followUp(`${count}`);
  });
  const elsewhere = server.addServer("Strangers", { owner: zoe, isBotThere: false });
  const places = [server.group(ben, zoe), server.channel("lobby", { server: elsewhere })];
  for (const place of places) {
    const asked = ben.types("/ask", { in: place });
    expect(await asked.words()).toBe(`for ${ben.mention}`);
    expect((await asked.followedUp(5)).map(({ content }) => content)).toEqual(["1", "2", "3", "4", "5"]);
    expect(() => ben.types("/persona use name:Ana", { in: place })).toThrow("not offered");
  }

  await expect.poll(() => failures.map(({ code }) => code)).toEqual([40094, 40094]);
});

function choices() {
  const button = new ButtonBuilder().setCustomId("wrong").setLabel("Wrong").setStyle(ButtonStyle.Danger);
  const menu = new StringSelectMenuBuilder()
    .setCustomId("who")
    .setOptions({ label: "Ana", value: "ana" }, { label: "Ben", value: "ben" });
  return [
    new ActionRowBuilder<ButtonBuilder>().setComponents(button),
    new ActionRowBuilder<StringSelectMenuBuilder>().setComponents(menu),
  ];
}

function form() {
  const input = new TextInputBuilder().setCustomId("words").setStyle(TextInputStyle.Paragraph);
  const label = new LabelBuilder().setLabel("Better words").setTextInputComponent(input);
  return new ModalBuilder().setCustomId("correction").setTitle("What is right?").addLabelComponents(label);
}
