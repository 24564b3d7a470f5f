import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { passToServer } from "../pass-to-server.ts";

const settings = `
Settings (each is also an environment variable; \`berth config\` lists all, with values and origins):
  --host <host>             where to listen; localhost is 127.0.0.1 and ::1 (BERTH_HOST)
  --port <port>             port of the console and both APIs; 0 takes a free one (BERTH_PORT, 8000)
  --home-dir <dir>          profiles, keys, models, launches and the database (BERTH_HOME_DIR, ~/.berth)
  --state-dir <dir>         the database, when the home lies on a network file system (BERTH_STATE_DIR)
  --service-ports <a-b>     where services get their own ports (BERTH_SERVICE_PORTS, 8080-8899)
  --gateway-workers <n>     threads that carry requests (BERTH_GATEWAY_WORKERS, 1)
  --debug 1                 no authentication, on loopback only (BERTH_DEBUG)
  --log-level <level>       debug, info, warn, error or silent (BERTH_LOG_LEVEL)
  --no-demo                 leave the demo model out
  --stop-services           stop the services when the server stops; they outlive it otherwise`;

export function define(command: Command, cli: Cli): void {
  passToServer(command, cli, ["start"]).usage("[settings]").addHelpText("after", settings);
  addExamples(command, {
    "berth start": "on http://localhost:8000",
    "berth start --port 9000 --no-demo": "elsewhere, without the demo model",
  });
}
