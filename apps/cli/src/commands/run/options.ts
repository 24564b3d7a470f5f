import type { Command } from "commander";
import { addExamples } from "../../help.ts";
import { addLaunchOptions } from "../../launch/launch-options.ts";

export function define(command: Command): void {
  addLaunchOptions(command).usage("[options] <kind> ...");
  addExamples(command, {
    "berth run text-generation berth/pilot": "the demo model",
    "berth run -p default -n mine text-generation owner/name": "options may stand before the kind",
    "berth run text-generation owner/name --wait --parallel 4": "or after the model",
    "berth run command --health /health -- my-server --port {port}": "a server of yours",
  });
}
