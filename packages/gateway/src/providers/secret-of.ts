import type { ProviderAuth } from "@berth/api";

/** Too short to be told from a word. */
const shortestSecret = 8;

/** What of a credential nobody may read; `undefined` where there is none. */
export function secretOf(auth: ProviderAuth): string | undefined {
  const secret = bareSecret(auth);
  return secret === undefined || secret.length < shortestSecret ? undefined : secret;
}

/** Some servers repeat the credential that they refuse. */
export function withoutSecret(text: string, secret: string | undefined): string {
  return secret === undefined ? text : text.replaceAll(secret, "***");
}

function bareSecret(auth: ProviderAuth): string | undefined {
  switch (auth.kind) {
    case "none":
      return undefined;
    case "header":
      return auth.value.replace(/^\S+ /, "");
    case "login":
      return auth.password;
    case "aws":
      return auth.keys?.secretAccessKey;
  }
}
