import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { untilInterrupted } from "../../interrupt.ts";
import { followLogin } from "../../profiles/follow-login.ts";
import { addNameOption, readName } from "../../profiles/name-option.ts";
import { namedOrDefault, openProfileBook } from "../../profiles/profile-book.ts";
import { plainText } from "../../terminal/plain-text.ts";

export function define(command: Command, cli: Cli): void {
  addNameOption(command, "; the default profile when absent").action(
    async (argument: string | undefined, options: { readonly name?: string }) => {
      const { name, connection } = await namedOrDefault(
        openProfileBook(cli),
        readName(argument, options.name),
      );
      const wasConnected = connection?.state === "connected";
      const login = await untilInterrupted("interrupted; the login was given up", (signal) =>
        followLogin(cli, name, signal),
      ).catch(async (error: unknown) => {
        // whoever began it and left would keep others from it
        if (error instanceof CliError) await cli.client().cancelLogin({ params: { name } });
        throw error;
      });
      if (cli.options.json === true) cli.printJson(login);
      switch (login.status) {
        case "connected":
          return cli.done(wasConnected ? `Already connected to ${name}` : `Connected to ${name}`);
        case "cancelled":
          throw new CliError("failed", `the login to ${name} was cancelled elsewhere`);
        case "connecting":
        case "prompting":
        case "failed":
          throw new CliError("failed", plainText(login.reason ?? `could not log in to ${name}`));
      }
    },
  );
  addExamples(command, {
    "berth profile login della": "asks what the cluster asks: password, code, whether its host key is right",
    "berth profile login della --json": "how it ended, for programs",
  });
}
