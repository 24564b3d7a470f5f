import type { SecretUse } from "./resources/endpoint.ts";

/** `{secret:NAME:value}` or `{secret:NAME:file}`. */
export const secretPlaceholderPattern = /^\{secret:([A-Za-z0-9][\w.-]{0,63}):(value|file)\}$/;

/** What stands in a stored service where the secret stands when it is launched. */
export function secretPlaceholder({ secret, as }: Pick<SecretUse, "secret" | "as">): string {
  return `{secret:${secret}:${as}}`;
}

/** Whether a variable is to hold the path of a file with a secret in it. */
export function isSecretFile(text: string): boolean {
  return secretPlaceholderPattern.exec(text)?.[2] === "file";
}
