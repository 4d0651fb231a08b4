/** Something that continues token ids. */
export interface Engine {
  /** Ids that fit into the model's context, prompt and reply together. */
  readonly contextLength: number;
  /**
   * Continues `prompt`, one id at a time, until the caller stops reading or the signal is raised.
   *
   * `conversation` names whose prompt it is: what that conversation evaluated before is not evaluated again.
   */
  generate(prompt: number[], options: GenerateOptions): AsyncGenerator<number>;
  close(): Promise<void>;
}

export interface GenerateOptions {
  conversation: string;
  temperature: number;
  topP: number;
  minP: number;
  seed: number;
  maxTokens: number;
  signal: AbortSignal;
  /**
   * Whether a drawn id may be said. One that may not is taken back and another is drawn in its place; the reply ends
   * where too many of them may not.
   */
  maySay?: (id: number) => boolean;
}
