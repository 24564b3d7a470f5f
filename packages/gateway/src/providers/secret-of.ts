import type { ProviderAuth } from "@berth/api";

/** Too short to be told from a word. */
const shortestSecret = 8;

/** What of a credential nobody may read, in every form in which a server may repeat it; none where there is none. */
export function secretsOf(auth: ProviderAuth): readonly string[] {
  const secrets = bareSecrets(auth).filter(({ length }) => length >= shortestSecret);
  const escaped = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  return [...new Set([...secrets, ...escaped])];
}

/** Some servers repeat the credential that they refuse. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let told = text;
  for (const secret of secrets) told = told.replaceAll(secret, "***");
  return told;
}

function bareSecrets(auth: ProviderAuth): readonly string[] {
  switch (auth.kind) {
    case "none":
      return [];
    case "header":
      return [auth.value.replace(/^\S+ /, "")];
    case "login":
      return [auth.password, Buffer.from(`${auth.user}:${auth.password}`).toString("base64")];
    case "aws":
      return [auth.keys?.secretAccessKey, auth.keys?.sessionToken].filter((one) => one !== undefined);
  }
}
