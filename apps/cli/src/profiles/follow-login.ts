import type { Login } from "@berth/api";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { plainText } from "../terminal/plain-text.ts";
import { askPrompt } from "./ask-prompt.ts";

/** Carries a host's questions to the terminal until the login is over; resolves to how it ended. */
export async function followLogin(cli: Cli, name: string, signal: AbortSignal): Promise<Login> {
  const client = cli.client();
  const params = { name };
  let login = await client.startLogin({ params, signal });
  const shown = new Set<string>();
  for (;;) {
    switch (login.status) {
      case "connected":
      case "failed":
      case "cancelled":
        return login;
      case "connecting":
        login = await client.getLogin({ params, query: { after: login.version }, signal });
        break;
      case "prompting": {
        const { prompt } = login;
        if (prompt === null || shown.has(prompt.id)) {
          login = await client.getLogin({ params, query: { after: login.version }, signal });
          break;
        }
        shown.add(prompt.id);
        if (prompt.kind === "notice") {
          cli.note(plainText(prompt.text));
          break;
        }
        if (!cli.canAsk)
          throw new CliError(
            "failed",
            `a person must answer, and nobody can be asked here: ${plainText(prompt.text).trim()}`,
          );
        const answer = await askPrompt(cli, prompt);
        login = await client.answerLogin({ params, body: { promptId: prompt.id, answer }, signal });
        break;
      }
    }
  }
}
