import type { z } from "@berth/api";
import type { settingSchema } from "@berth/api";
import type { Config } from "./config.ts";
import { settings, type SettingName } from "./settings.ts";

type SettingView = z.infer<typeof settingSchema>;

/** Each setting with its value and where that came from. Secrets show `***`. */
export function describeSettings(config: Config): readonly SettingView[] {
  return (Object.keys(settings) as SettingName[]).map((name) => {
    const setting = settings[name];
    const value: unknown = config.settings[name];
    return {
      id: name,
      flag: "flag" in setting ? `--${setting.flag}` : null,
      value: value === undefined ? null : "secret" in setting ? "***" : shown(value),
      origin: config.origins[name],
      description: setting.description,
      unit: "unit" in setting ? setting.unit : null,
    };
  });
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  if (isRange(value)) return `${value.first}-${value.last}`;
  return typeof value === "boolean" ? (value ? "1" : "0") : `${value as string | number}`;
}

function isRange(value: unknown): value is { readonly first: number; readonly last: number } {
  return typeof value === "object" && value !== null && "first" in value && "last" in value;
}
