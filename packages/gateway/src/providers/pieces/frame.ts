import type { ProviderCall } from "../provider.ts";

/** What all parts of one answer have in common. */
export interface Frame {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/** `id`: the provider's own, where it gives one. */
export function frameOf(
  { request, upstream, clock, newId }: ProviderCall,
  prefix: string,
  id: string = `${prefix}-${newId()}`,
): Frame {
  const { model } = request;
  return {
    id,
    created: Math.floor(clock.now() / 1000),
    model: typeof model === "string" ? model : upstream.name,
  };
}
