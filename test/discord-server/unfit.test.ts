import { ActionRowBuilder, ButtonBuilder, ButtonStyle, type SendableChannels } from "discord.js";
import { expect, test } from "vitest";
import { ids } from "./index.ts";
import { connectClient } from "./real-client.ts";

function button(label: string, id = label): ButtonBuilder {
  return new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(ButtonStyle.Primary);
}

function row(...buttons: ButtonBuilder[]): ActionRowBuilder<ButtonBuilder> {
  return new ActionRowBuilder<ButtonBuilder>().setComponents(buttons);
}

test.each([
  ["two buttons of one id", [row(button("a", "same"), button("b", "same"))]],
  ["six rows", ["1", "2", "3", "4", "5", "6"].map((label) => row(button(label)))],
  ["a text where only buttons belong", [{ type: 10, content: "text" }]],
])("%s are refused", async (_, components) => {
  const { client } = await connectClient();
  const channel = (await client.channels.fetch(ids.busy)) as SendableChannels;

  await expect(channel.send({ content: "which?", components: components as never })).rejects.toMatchObject({
    code: 50035,
  });
});

test.each([
  ["two of one name", [command("a"), command("a")]],
  ["capital letters", [command("Ask")]],
  ["no description", [{ name: "ask", description: "" }]],
  ["an option that must be given after one that may be", [command("ask", option("a"), option("b", true))]],
  ["an option in capital letters", [command("ask", option("Who"))]],
  [
    "sixteen in the menu of a message",
    Array.from({ length: 16 }, (_, index) => ({ name: `${index}`, type: 3 })),
  ],
])("commands with %s are refused", async (_, commands) => {
  const { client, server } = await connectClient();
  const route = `/applications/${ids.bot}/commands` as const;

  await expect(client.rest.put(route, { body: commands })).rejects.toMatchObject({ code: 50035 });
  expect(server.commands).toEqual([]);
});

function command(name: string, ...options: object[]) {
  return { name, description: "It does something", options };
}

function option(name: string, required = false) {
  return { name, description: "Something", type: 3, required };
}
