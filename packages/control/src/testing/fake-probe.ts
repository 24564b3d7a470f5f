import type { ProviderTarget } from "@berth/api";
import type { FoundModelRow } from "@berth/store";
import type {
  ProviderAnswerProof,
  ProviderInspection,
  ProviderLook,
  ProviderProbe,
} from "../providers/provider-probe.ts";

export const foundModel = (name: string, contextTokens: number | null = null): FoundModelRow => ({
  name,
  task: null,
  contextTokens,
  maxOutputTokens: null,
});

/** Finds at every provider what a test wants to be found. */
export class FakeProbe implements ProviderProbe {
  next: ProviderLook = { kind: "answered", ms: 12, models: [foundModel("told", 4096)], complaint: undefined };
  proof: ProviderAnswerProof = { kind: "answered", text: "it answered" };
  /** While it is a promise, looks wait for it. */
  gate: Promise<void> | undefined;
  readonly looked: ProviderTarget[] = [];
  readonly asked: string[] = [];

  async look(target: ProviderTarget, signal: AbortSignal): Promise<ProviderLook> {
    this.looked.push(target);
    await this.gate;
    signal.throwIfAborted();
    return this.next;
  }

  async inspect(target: ProviderTarget, signal: AbortSignal): Promise<ProviderInspection> {
    const look = await this.look(target, signal);
    const step = "connection";
    return look.kind === "failed"
      ? { look, checks: [{ step, outcome: "failed", message: look.reason, ms: null }] }
      : { look, checks: [{ step, outcome: "ok", message: "connected", ms: 1 }] };
  }

  async ask(model: string): Promise<ProviderAnswerProof> {
    this.asked.push(model);
    return this.proof;
  }
}
