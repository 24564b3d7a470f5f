/** What a model's own server tells of it. */
export interface FoundModel {
  readonly name: string;
  readonly task: FoundTask | null;
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
}

type FoundTask =
  | "text-generation"
  | "feature-extraction"
  | "text-ranking"
  | "automatic-speech-recognition"
  | "text-classification";

/** What lies between us and a provider's models, in the order in which it can go wrong. */
export type LookStep = "address" | "connection" | "tls" | "path" | "credential" | "models";

export type Look =
  | {
      readonly kind: "answered";
      readonly ms: number;
      /** `undefined`: it has no list of them, or did not show it. */
      readonly models: readonly FoundModel[] | undefined;
      /** It is there, but has something to complain of. */
      readonly complaint: string | undefined;
    }
  | { readonly kind: "failed"; readonly step: LookStep; readonly reason: string };

/** A look came to an end before it had found what it looked for. The message holds no credential. */
export class LookFailure extends Error {
  override readonly name = "LookFailure";
  readonly step: LookStep;

  constructor(step: LookStep, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.step = step;
  }
}

/** It is there and has too much to do. */
export class TooBusy extends Error {
  override readonly name = "TooBusy";
}
