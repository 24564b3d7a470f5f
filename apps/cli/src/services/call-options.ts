import { join } from "node:path";
import type { Service } from "@berth/api";
import type { Cli } from "../cli.ts";
import { isLoopback } from "../connection/find-server.ts";
import { given } from "../connection/home.ts";
import { catFile } from "./call-line.ts";

/** Services' ports are listened on where the server is. */
export function serviceHost(cli: Cli): string {
  const { url } = cli.address();
  return isLoopback(url) ? "localhost" : new URL(url).hostname;
}

/** How a shell gives the service's key without showing it. */
export function keyWord(cli: Cli, service: Service, apiKeyFile: string | undefined): string | undefined {
  if (apiKeyFile !== undefined && apiKeyFile !== "-") return catFile(cli.path(apiKeyFile));
  if (service.hasApiKey) return "$SERVICE_API_KEY";
  if (given(cli.io.env["BERTH_AUTH_TOKEN"]) !== undefined) return "$BERTH_AUTH_TOKEN";
  return cli.key() === undefined ? undefined : catFile(join(cli.homeDir, "admin.key"));
}
