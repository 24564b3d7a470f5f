import type { ProviderCall } from "../provider.ts";

/** What all parts of one answer have in common. */
export interface Frame {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

export function frameOf({ request, upstream, clock, newId }: ProviderCall, prefix: string): Frame {
  const { model } = request;
  return {
    id: `${prefix}-${newId()}`,
    created: Math.floor(clock.now() / 1000),
    model: typeof model === "string" ? model : upstream.name,
  };
}
