import type { Mount } from "@berth/api";
import { CliError } from "../exit.ts";

/** `DIR`, `DIR:/TARGET`, and either with `:ro`; the target begins with `/`, so that a directory's own colons do no harm. */
export function readMount(text: string): Mount {
  const readOnly = text.endsWith(":ro");
  const whole = readOnly ? text.slice(0, -":ro".length) : text;
  const [, source = whole, target] = /^(.+):(\/[^:]*)$/.exec(whole) ?? [];
  if (source.trim() === "")
    throw new CliError(
      "usage",
      `--mount: "${text}" names no directory; give DIR, DIR:/TARGET or DIR:/TARGET:ro`,
    );
  return {
    source,
    ...(target === undefined ? {} : { target }),
    ...(readOnly ? { readOnly } : {}),
  };
}
