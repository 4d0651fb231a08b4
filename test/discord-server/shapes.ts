import type { APIEmbed } from "discord.js";
import type { World } from "./world.ts";

type Part = Record<string, unknown>;

/** Embeds as Discord gives them back. */
export function embedsFrom(embeds: Part[] = []): APIEmbed[] {
  return embeds.map((embed) => ({ ...withoutEmpty(embed), type: "rich", ...fieldsOf(embed) }) as APIEmbed);
}

function fieldsOf({ fields }: Part): object {
  if (!Array.isArray(fields)) return {};
  return { fields: fields.map((field) => ({ inline: false, ...field })) };
}

function withoutEmpty(part: Part): Part {
  return Object.fromEntries(
    Object.entries(part).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** Components as Discord gives them back: each with a number, and with what was left out. */
export function componentsFrom(world: World, components: Part[] = []): Part[] {
  let last = 0;
  const number = (component: Part): Part => {
    const { type } = component;
    const numbered = { ...withoutEmpty(component), ...defaults[Number(type)], id: component.id ?? ++last };
    return withParts(world, { ...defaults[Number(type)], ...numbered, ...withoutEmpty(component) }, number);
  };
  return components.map(number);
}

const defaults: Record<number, Part> = {
  3: { min_values: 1, max_values: 1 },
  5: { min_values: 1, max_values: 1 },
  6: { min_values: 1, max_values: 1 },
  7: { min_values: 1, max_values: 1 },
  8: { min_values: 1, max_values: 1 },
  11: { description: null, spoiler: false },
  13: { name: null, size: null, spoiler: false },
  14: { spacing: 1, divider: true },
  17: { accent_color: null, spoiler: false },
};

function withParts(world: World, component: Part, number: (part: Part) => Part): Part {
  const { components, accessory, component: inner, items, media, file } = component;
  return {
    ...component,
    ...(Array.isArray(components) && { components: components.map(number) }),
    ...(isPart(accessory) && { accessory: number(accessory) }),
    ...(isPart(inner) && { component: number(inner) }),
    ...(isPart(media) && { media: unfurled(world, media) }),
    ...(isPart(file) && { file: unfurled(world, file) }),
    ...(Array.isArray(items) && {
      items: items.map((item) => ({
        description: null,
        spoiler: false,
        ...item,
        media: unfurled(world, item.media),
      })),
    }),
  };
}

function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null;
}

function unfurled(world: World, { url }: Part): Part {
  return { id: world.newId(), url, proxy_url: url };
}
