import type { EngineOptions } from "@berth/api";

export type LoraAdapter = NonNullable<EngineOptions["lora"]>[number];

/** An adapter as its fields have it; one without a path is not filled in yet. */
export interface LoraRow {
  readonly id: string;
  readonly path: string;
  readonly scale: string;
}

/** As the model was trained with it. */
export const usualScale = 1;

export function blankLoraRow(id: string): LoraRow {
  return { id, path: "", scale: "" };
}

export function loraRows(adapters: readonly LoraAdapter[], newId: () => string): readonly LoraRow[] {
  return adapters.map(({ path, scale }) => ({ id: newId(), path, scale: String(scale) }));
}

/** The adapters that are filled in; what is wrong with them is a problem of their field, as the server names it. */
export function readLora(rows: readonly LoraRow[], problems: Record<string, string>): LoraAdapter[] {
  return rows.flatMap((row, index) => {
    const path = row.path.trim();
    if (path === "") return [];
    const scale = row.scale.trim() === "" ? usualScale : Number(row.scale);
    if (!path.startsWith("/"))
      problems[loraParam(index, "path")] = "give the absolute path, as /data/adapter.gguf";
    if (!Number.isFinite(scale)) problems[loraParam(index, "scale")] = "give a number";
    return [{ path, scale }];
  });
}

/** What the server calls the field. */
export function loraParam(index: number, part: keyof LoraAdapter): string {
  return `options.lora[${index}].${part}`;
}
