import type { ExportFormat } from "./format.ts";
export const whatsapp: ExportFormat = {
  name: "whatsapp",
  find: () => [],
  async *read() {
    return { title: undefined, participants: [] };
  },
};
