import type { EndpointConfiguration, UpdateEndpoint } from "@berth/api";
import type { Cli } from "../cli.ts";
import { listOrNone, none } from "../or-none.ts";
import type { EndpointFlags } from "./endpoint-options.ts";
import { readSecretUse } from "./read-secret-use.ts";
import { readTemplate } from "./read-template.ts";

type Configuration = Pick<UpdateEndpoint, "template" | "profiles" | "hardware" | "secrets" | "hubSecret">;

/** What the flags name of what a deployment rolls out; `before`: of an endpoint that is there. */
export async function readConfiguration(
  cli: Cli,
  flags: EndpointFlags,
  words: readonly string[],
  before: EndpointConfiguration | undefined,
): Promise<Configuration> {
  const { profile, hardware, secret, hubSecret } = flags;
  const template = await readTemplate(cli, flags, words, before);
  return {
    ...(template === undefined ? {} : { template }),
    ...(profile === undefined ? {} : { profiles: [...profile] }),
    ...(hardware === undefined ? {} : { hardware: hardware === none ? null : hardware }),
    ...(hubSecret === undefined ? {} : { hubSecret: hubSecret === none ? null : hubSecret }),
    ...(secret === undefined ? {} : { secrets: listOrNone(secret).map(readSecretUse) }),
  };
}
