import type { SecretUse } from "@berth/api";

const pattern = /^\{secret:([A-Za-z0-9][\w.-]{0,63}):(value|file)\}$/;

/** What stands in a stored service where the secret stands when it is launched. */
export function secretPlaceholder({ secret, as }: SecretUse): string {
  return `{secret:${secret}:${as}}`;
}

/** The environment with the secrets in it. `valueOf` throws for one that is not there. */
export function withSecrets(
  env: Readonly<Record<string, string>>,
  valueOf: (secret: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const secret = pattern.exec(value)?.[1];
      return [name, secret === undefined ? value : valueOf(secret)];
    }),
  );
}
