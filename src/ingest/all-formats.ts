import { facebook } from "./facebook.ts";
import { type ExportFormat, instagram, instagram2018, secureStorage, whatsapp } from "./formats/index.ts";

/** Every format there is, in the order in which they are asked about a file: the first that knows it reads it. */
export const formats: ExportFormat[] = [facebook, instagram, instagram2018, secureStorage, whatsapp];

export function formatOf(name: string): ExportFormat {
  const format = formats.find((candidate) => candidate.name === name);
  if (format === undefined) throw new Error(`There is no format ${name}`);
  return format;
}
