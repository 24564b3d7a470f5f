import type { Model } from "@berth/api";
import { formatBytes, formatMiB } from "../format/size.ts";
import type { PickerOption } from "../parts/picker.tsx";

/** An installed model as one can pick it: what it is, what it needs, and whether that is free now. */
export function modelOption(model: Model, freeMiB: number | undefined): PickerOption {
  const { estimatedMemoryMiB: needed, facts } = model;
  const fits = needed === null || freeMiB === undefined ? undefined : needed <= freeMiB;
  return {
    value: model.id,
    title: model.repo,
    keywords: `${model.revision} ${facts?.quantisation ?? ""} ${model.profile}`,
    note: [
      model.image,
      model.revision.slice(0, 7),
      facts?.quantisation,
      formatBytes(model.sizeBytes),
      needed === null ? undefined : `needs about ${formatMiB(needed)}`,
    ]
      .filter(Boolean)
      .join(" · "),
    ...(fits === undefined
      ? {}
      : { aside: <span className={fits ? "text-ok" : "text-bad"}>{fits ? "● fits" : "✕ too big"}</span> }),
  };
}
