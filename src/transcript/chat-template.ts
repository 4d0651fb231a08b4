import { Environment, Interpreter, Template } from "@huggingface/jinja";
import type { Tokenizer } from "../tokenizer/index.ts";

interface ChatMessage {
  role: string;
  content: string;
}

/** Writes messages as the template of a model does; the prompt for an answer opens one at the end. */
export type WriteMessages = (
  messages: ChatMessage[],
  options?: { asPrompt: boolean; variables?: Record<string, unknown> },
) => string;

/**
 * The chat template of a tokeniser, called as `apply_chat_template` of transformers calls it, but for the date.
 *
 * @throws What the library throws for a template that it cannot read, also when one is written.
 */
export function openChatTemplate(
  template: string,
  { beginOfText, endOfText }: Pick<Tokenizer, "beginOfText" | "endOfText">,
): WriteMessages {
  const { parsed } = new Template(template);
  return (messages, { asPrompt, variables } = { asPrompt: false }) => {
    const environment = new Environment();
    const known = {
      ...globals,
      messages,
      tools: null,
      documents: null,
      add_generation_prompt: asPrompt,
      bos_token: beginOfText?.content ?? "",
      eos_token: endOfText?.content ?? "",
      ...variables,
    };
    for (const [name, value] of Object.entries(known)) environment.set(name, value);
    return String(new Interpreter(environment).run(parsed).value);
  };
}

const globals = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range: (start: number, stop?: number, step = 1) => {
    const [first, end] = stop === undefined ? [0, start] : [start, stop];
    const count = Math.max(0, Math.ceil((end - first) / step));
    return Array.from({ length: count }, (_, index) => first + index * step);
  },
  raise_exception: (problem: string) => {
    throw new Error(problem);
  },
  strftime_now: (format: string) => format.replace(/%[A-Za-z]/g, (part) => oneDay[part] ?? part),
};

/**
 * Some templates open each conversation with today's date. A model would be trained on the day of its data set and asked on
 * another: here it is always the day that Llama's templates name where there is no clock.
 */
const oneDay: Record<string, string> = {
  "%Y": "2024",
  "%y": "24",
  "%m": "07",
  "%b": "Jul",
  "%B": "July",
  "%d": "26",
  "%a": "Fri",
  "%A": "Friday",
  "%H": "12",
  "%M": "00",
  "%S": "00",
};
