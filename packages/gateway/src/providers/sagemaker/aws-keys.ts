import type { ProviderTarget } from "@berth/api";
import type { AwsKeys } from "@berth/std/aws-signature";
import { ProviderFailure } from "../provider-failure.ts";

interface KnownKeys extends AwsKeys {
  readonly expiration?: Date | undefined;
}

/** Asked again so long before they expire. */
const aheadMs = 5 * 60_000;

const known = new WeakMap<ProviderTarget, { readonly keys: Promise<KnownKeys>; expiresAtMs: number }>();

/**
 * The keys that sign requests: the target's own, or those that AWS's chain finds here (environment, profile, SSO, web
 * identity, the machine's role), and with `roleArn` those of that role. Asked once for all who call at the same time.
 * Throws ProviderFailure `credential` with the reason.
 */
export async function awsKeys(target: ProviderTarget, region: string, nowMs: number): Promise<AwsKeys> {
  const { auth, options } = target;
  if (auth.kind === "aws" && auth.keys !== undefined && options.roleArn === undefined) return auth.keys;
  const before = known.get(target);
  if (before !== undefined && nowMs < before.expiresAtMs - aheadMs) return before.keys;
  const entry = { keys: findKeys(target, region), expiresAtMs: Infinity };
  known.set(target, entry);
  try {
    const keys = await entry.keys;
    entry.expiresAtMs = keys.expiration?.getTime() ?? Infinity;
    return keys;
  } catch (error) {
    known.delete(target);
    throw new ProviderFailure({
      kind: "credential",
      message: `no credentials of AWS: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
    });
  }
}

async function findKeys({ auth, options }: ProviderTarget, region: string): Promise<KnownKeys> {
  // large, and needed by those alone who do not give keys of their own
  const aws = await import("@aws-sdk/credential-providers");
  const { awsProfile, roleArn } = options;
  const own = auth.kind === "aws" ? auth.keys : undefined;
  const clientConfig = { region };
  const found =
    own ??
    aws.fromNodeProviderChain({ clientConfig, ...(awsProfile === undefined ? {} : { profile: awsProfile }) });
  if (roleArn === undefined) return typeof found === "function" ? found() : found;
  const params = { RoleArn: roleArn, RoleSessionName: "berth" };
  return aws.fromTemporaryCredentials({ masterCredentials: found, params, clientConfig })();
}
