import { BerthError } from "@berth/api";

const efforts = ["none", "minimal", "low", "medium", "high", "xhigh"] as const;
export type ReasoningEffort = (typeof efforts)[number];

/** How much the model is to think; `undefined` where nobody says. Throws BerthError for another word. */
export function reasoningEffort(request: Readonly<Record<string, unknown>>): ReasoningEffort | undefined {
  const said = request["reasoning_effort"] ?? undefined;
  const effort = efforts.find((word) => word === said);
  if (effort !== undefined || said === undefined) return effort;
  const param = "reasoning_effort";
  throw new BerthError("invalid_request", `${param}: give one of ${efforts.join(", ")}`, { param });
}
