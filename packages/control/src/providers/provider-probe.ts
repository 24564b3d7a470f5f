import type { ProviderCheck, ProviderTarget } from "@berth/api";
import type { FoundModelRow } from "@berth/store";

/** What a look at a provider found. */
export type ProviderLook =
  | {
      readonly kind: "answered";
      readonly ms: number;
      /** `undefined`: it has no list of its models. */
      readonly models: readonly FoundModelRow[] | undefined;
      /** It answers, but has something to complain of: its own words. */
      readonly complaint: string | undefined;
    }
  | { readonly kind: "failed"; readonly reason: string };

/** What a test found, step by step, up to the credential; then whether all was well, and the models. */
export interface ProviderInspection {
  readonly checks: readonly ProviderCheck[];
  readonly look: ProviderLook;
}

/** Asks providers how they are. Reasons are their own words, and never hold a credential. */
export interface ProviderProbe {
  /** Rejects only with the signal's reason. */
  look(target: ProviderTarget, signal: AbortSignal): Promise<ProviderLook>;
  /** As `look`, one step after the other. */
  inspect(target: ProviderTarget, signal: AbortSignal): Promise<ProviderInspection>;
  /** Has the model answer one tiny question, by the way every caller's goes; returns what came, in words. */
  ask(model: string, task: string, signal: AbortSignal): Promise<ProviderAnswerProof>;
}

export type ProviderAnswerProof =
  | { readonly kind: "answered"; readonly text: string }
  | { readonly kind: "failed"; readonly reason: string };
