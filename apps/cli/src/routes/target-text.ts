import type { ModelRoute } from "@berth/api";
import type { Paint, Style } from "../terminal/style.ts";

/** `a, b:2 then c`: groups in the order in which they are tried. */
export function targetsText({ targets }: ModelRoute): string {
  const groups = Map.groupBy(
    targets.toSorted((a, b) => a.group - b.group),
    ({ group }) => group,
  );
  return [...groups.values()]
    .map((group) =>
      group.map(({ model, weight }) => (weight === 1 ? model : `${model}:${weight}`)).join(", "),
    )
    .join(" then ");
}

/** How many of its targets can answer. */
export function readiness({ targets }: ModelRoute): string {
  const ready = targets.filter(({ status }) => status === "ready").length;
  if (ready === targets.length) return "ready";
  return ready === 0 ? "none ready" : `${ready} of ${targets.length} ready`;
}

export function readinessPaint(route: ModelRoute, style: Style): Paint {
  return { ready: style.green, "none ready": style.red }[readiness(route)] ?? style.yellow;
}
