import type { Request } from "./discord.ts";
import { type Refusal, refusals } from "./errors.ts";
import { isBlank } from "./messages.ts";
import { type Component, componentsIn } from "./people/components.ts";
import type { Channel } from "./world.ts";

const isOfComponentsV2 = 1 << 15;
const types = { row: 1, button: 2, select: 3, firstOfV2: 9 } as const;
const linkStyle = 5;

/** What Discord takes from no bot, beyond what its description can say. */
export function refuseUnfit(channel: Channel, { body, files }: Request): void {
  const content: string = body.content ?? "";
  refuseTooLong(content);
  refuseUnfitComponents(body);
  const parts = [body.embeds, body.components, body.sticker_ids, files];
  const isForward = body.message_reference?.type === 1;
  const isEmpty = isBlank(content) && parts.every((part) => (part?.length ?? 0) === 0);
  if (isEmpty && body.poll == null && !isForward) throw refusals.emptyMessage();
  if (channel.blocked?.test(content)) throw refusals.blockedByAutoMod();
  if (channel.thread?.isArchived && channel.thread.isLocked) throw refusals.archived();
}

export function refuseTooLong(content: string | null | undefined): void {
  if ((content?.length ?? 0) > 2000)
    throw wrong("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.");
}

export function refuseUnfitComponents({ components, flags, content }: Request["body"]): void {
  const top: Component[] = components ?? [];
  const all = componentsIn(top);
  const isV2 = ((flags ?? 0) & isOfComponentsV2) !== 0;
  if (isV2 && content) throw unfit("a message of components has no content");
  if (!isV2 && all.some(({ type }) => type >= types.firstOfV2))
    throw unfit("such components need their flag");
  if (!isV2 && top.length > 5) throw unfit("a message has five rows of components at most");
  refuseUnfitRows(all.filter(({ type }) => type === types.row));
  refuseUnfitControls(all);
}

/** A row holds up to five buttons, or one menu. */
function refuseUnfitRows(rows: Component[]): void {
  for (const { components = [] } of rows) {
    const buttons = components.filter(({ type }) => type === types.button);
    const isMixed = buttons.length > 0 && buttons.length < components.length;
    if (isMixed || (buttons.length === 0 && components.length > 1))
      throw unfit("a row holds buttons or one menu");
  }
}

function refuseUnfitControls(all: Component[]): void {
  const ids = all.flatMap(({ custom_id }) => custom_id ?? []);
  if (new Set(ids).size < ids.length)
    throw wrong("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
  for (const control of all) {
    const { type, label, emoji, style, url, custom_id, options = [] } = control;
    const isNameless = type === types.button && !label && emoji === undefined;
    if (isNameless) throw unfit("a button has a label or an emoji");
    if (type === types.button && (style === linkStyle) !== (url !== undefined && custom_id === undefined))
      throw unfit("a link has an address, and any other button an id");
    if (new Set(options.map(({ value }) => value)).size < options.length)
      throw unfit("two options of a menu have one value");
  }
}

function unfit(what: string): Refusal {
  return wrong("components", "COMPONENT_LAYOUT_INVALID", what);
}

function wrong(field: string, code: string, message: string): Refusal {
  return refusals.invalidForm({ [field]: { _errors: [{ code, message }] } });
}
