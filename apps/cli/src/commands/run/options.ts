import type { Command } from "commander";
import { addExamples } from "../../help.ts";
import { addLaunchOptions } from "../../launch/launch-options.ts";

export function define(command: Command): void {
  addLaunchOptions(command).usage("[options] <kind> ...");
  addExamples(command, {
    "berth run text-generation berth/pilot": "the demo model",
    "berth run -p default -n mine text-generation owner/name": "options may stand before the kind",
    "berth run text-generation owner/name --wait --parallel 4": "or after the model",
    "berth run -p della --gres 1 --mem 16 --time 00:30:00 text-generation owner/name": "on a Slurm cluster",
    "berth run -p della --time 8h --renew --idle-timeout 1h text-generation owner/name":
      "for as long as it is used",
    "berth run command --health /health -- my-server --port {port}": "a server of yours",
  });
}
