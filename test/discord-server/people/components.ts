import type { APIMessage } from "discord.js";
import type { Modal } from "../interactions.ts";

export interface Component {
  type: number;
  id?: number;
  custom_id?: string;
  label?: string;
  emoji?: object;
  style?: number;
  placeholder?: string;
  disabled?: boolean;
  required?: boolean;
  url?: string;
  min_values?: number;
  max_values?: number;
  options?: { label: string; value: string }[];
  components?: Component[];
  component?: Component;
  accessory?: Component;
}

/** Every component of a message or form, whatever it lies in. */
export function componentsIn(parts: unknown[] = []): Component[] {
  return (parts as Component[]).flatMap((part) => [
    part,
    ...componentsIn(part.components),
    ...componentsIn(part.component === undefined ? [] : [part.component]),
    ...componentsIn(part.accessory === undefined ? [] : [part.accessory]),
  ]);
}

/** The button with a label or id; it must be one that can be clicked. */
export function buttonOf(message: APIMessage, wanted: string): Component {
  return usable(message, wanted, (each) => each.type === 2 && each.url === undefined);
}

/** The select menu with a placeholder or id. */
export function selectOf(message: APIMessage, wanted: string): Component {
  return usable(message, wanted, ({ type }) => type === 3 || (type >= 5 && type <= 8));
}

function usable(message: APIMessage, wanted: string, isOfKind: (each: Component) => boolean): Component {
  const all = componentsIn(message.components).filter(isOfKind);
  const found = all.find(({ custom_id, label, placeholder }) =>
    [custom_id, label, placeholder].includes(wanted),
  );
  const names = all.map(({ label, placeholder, custom_id }) => label ?? placeholder ?? custom_id);
  if (found === undefined)
    throw new Error(`The message has ${names.join(", ") || "nothing"}, and no ${wanted}.`);
  if (found.disabled) throw new Error(`${wanted} cannot be used.`);
  return found;
}

export function valuesOf(select: Component, wanted: string[]): string[] {
  const { min_values: least = 1, max_values: most = 1, options } = select;
  if (wanted.length < least || wanted.length > most) throw new Error(`Choose ${least} to ${most}.`);
  return wanted.map((each) => {
    const option = options?.find(({ label, value }) => label === each || value === each);
    if (options !== undefined && option === undefined) throw new Error(`${each} cannot be chosen.`);
    return option?.value ?? each;
  });
}

/** A form as it is sent: what was filled in by label or id, in the form's own order. */
export function filledIn({ components }: Modal, fields: Record<string, string | string[]>): object[] {
  const known = components.flatMap((part) =>
    componentsIn([part]).flatMap(({ custom_id, label }) => [custom_id, label]),
  );
  const stranger = Object.keys(fields).find((name) => !known.includes(name));
  if (stranger !== undefined) throw new Error(`The form has no field ${stranger}.`);
  return (components as unknown as Component[]).map((part) => fill(part, fields, part.label));
}

function fill(part: Component, fields: Record<string, string | string[]>, label?: string): object {
  const { type, id, custom_id, component, components } = part;
  if (component !== undefined) return { type, id, component: fill(component, fields, label) };
  if (components !== undefined)
    return { type, id, components: components.map((each) => fill(each, fields, each.label)) };
  if (custom_id === undefined) return { type, id };
  const given = fields[custom_id] ?? fields[label ?? ""];
  if (given === undefined && part.required !== false && type !== 23)
    throw new Error(`The form needs ${label ?? custom_id}.`);
  return { type, id, custom_id, ...filled(type, part, given) };
}

function filled(type: number, part: Component, given: string | string[] | undefined): object {
  if (type === 4) return { value: given ?? "" };
  const values = given === undefined ? [] : [given].flat();
  if (type === 21) return { value: values[0] === undefined ? null : valuesOf(part, values)[0] };
  if (type === 23) return { value: values[0] === "true" };
  return { values: valuesOf({ ...part, min_values: 0, max_values: part.max_values ?? 25 }, values) };
}
