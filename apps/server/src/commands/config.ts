import { styleText } from "node:util";
import { readConfig } from "../config.ts";
import { describeSettings } from "../describe-settings.ts";

/** `berth config [--json]`: every setting, its value and where it came from. */
export async function printConfig(argv: readonly string[]): Promise<void> {
  const isJson = argv.includes("--json");
  const config = readConfig(
    argv.filter((word) => word !== "--json"),
    process.env,
  );
  const described = describeSettings(config);
  if (isJson) {
    console.log(JSON.stringify({ data: described }, undefined, 2));
    return;
  }
  const width = Math.max(...described.map((setting) => setting.id.length));
  for (const { id, flag, value, origin, unit, description } of described) {
    const shown = value === null ? "(unset)" : `${value}${unit === null ? "" : ` ${unit}`}`;
    console.log(`${id.padEnd(width)}  ${shown}  ${styleText("dim", `(${origin})`)}`);
    console.log(
      `${" ".repeat(width)}  ${styleText("dim", flag === null ? description : `${description} (${flag})`)}`,
    );
  }
}
