/** The texts between messages that make a conversation one prompt. */
export interface PromptType {
  /** Before the first user message, where there is no system prompt. */
  readonly first: string;
  /** Instead of `first`, around a system prompt; absent where the model knows of none. */
  readonly system?: SystemPlace;
  /** Between a user message and its answer; the prompt ends with it. */
  readonly answer: string;
  /** The model begins its answers with a space, which past answers do not hold. */
  readonly spaceBeforeAnswer?: true;
  /** Between an answer and the next user message. */
  readonly next: string;
  /** What ends an answer, the most telling first: some servers take only four. */
  readonly stops: readonly string[];
}

export interface SystemPlace {
  readonly before: string;
  readonly after: string;
  /** Taken where the messages hold no system prompt; an empty one in the messages means none. */
  readonly byDefault: string;
}
