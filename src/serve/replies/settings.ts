import { type Chosen, replyChoices, type Settled, withDefaults } from "../../choices/index.ts";
import type { PassedOver } from "../../errors.ts";
import { type RunRecord, readCalibration } from "../../handoffs/index.ts";
import { formatList } from "../../terminal.ts";
import type { Workspace } from "../../workspace.ts";

/** A value for every choice of how replies are drawn. */
export type ReplySettings = Settled<typeof replyChoices>;
/** What the words of a reply depend on. */
export type DrawSettings = Omit<
  ReplySettings,
  | "guard"
  | "patience"
  | "talkativeness"
  | "keepDays"
  | "whileTraining"
  | "server"
  | "serverModel"
  | "model"
  | "quantization"
  | "format"
  | "systemPrompt"
>;
type ChosenSettings = Chosen<typeof replyChoices>;

interface Sources {
  /** What was typed. */
  flags?: ChosenSettings;
  /** What `persona.json` says. */
  config: ChosenSettings;
  passedOver: PassedOver;
}

/**
 * How a run's replies are drawn, and one line that says it: as was typed, else as `persona.json` says, else as the run was
 * calibrated, else as usual.
 */
export async function replySettings(
  workspace: Workspace,
  run: RunRecord | undefined,
  { flags = {}, config, passedOver }: Sources,
): Promise<{ settings: ReplySettings; about: string }> {
  const calibration = run && (await readCalibration(workspace, run.id, passedOver));
  const { temperature, topP, minP } = calibration ?? {};
  const calibrated = { temperature, topP, minP };
  const settings = withDefaults(replyChoices, flags, config, calibrated);
  const sources: [string, ChosenSettings][] = [
    ["as typed", flags],
    ["by persona.json", config],
    ["as this run was calibrated", calibrated],
    ["as usual", settings],
  ];
  return { settings, about: describe(settings, sources) };
}

const shownNames = { temperature: "temperature", topP: "top-p", minP: "min-p" } as const;

/** `Replies are drawn at temperature 1 (as typed), top-p 1 and min-p 0.05 (as this run was calibrated).` */
function describe(settings: ReplySettings, sources: [string, ChosenSettings][]): string {
  const bySource = new Map<string, string[]>();
  for (const name of Object.keys(shownNames) as (keyof typeof shownNames)[]) {
    const [source = ""] = sources.find(([, chosen]) => (chosen[name] ?? undefined) !== undefined) ?? [];
    bySource.set(source, [...(bySource.get(source) ?? []), `${shownNames[name]} ${settings[name]}`]);
  }
  const parts = [...bySource].map(([source, values]) => `${formatList(values)} (${source})`);
  return `Replies are drawn at ${parts.join(", ")}.`;
}
