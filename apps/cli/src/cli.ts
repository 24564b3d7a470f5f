import { isatty } from "node:tty";
import { createClient, type Client } from "@berth/client";
import { expandPath, findHome } from "./connection/home.ts";
import { findKey, findServer, type ServerAddress } from "./connection/find-server.ts";
import { nodeFetch } from "./connection/node-fetch.ts";
import type { GlobalOptions } from "./global-options.ts";
import type { Io } from "./io.ts";
import { oneLine, plainText } from "./terminal/plain-text.ts";
import { makeStyle, wantsColour, type Style } from "./terminal/style.ts";
import { renderTable, type Column } from "./terminal/table.ts";
import { terminalColumns } from "./terminal/width.ts";

/** What every command works with. Results go to standard output; steps, warnings and questions to standard error. */
export interface Cli {
  readonly io: Io;
  readonly options: GlobalOptions;
  readonly homeDir: string;
  readonly style: Style;
  /** A person sits there and may be asked. */
  readonly canAsk: boolean;
  address(): ServerAddress;
  /** The key the client sends, for what must call by itself. */
  key(): string | undefined;
  client(): Client;
  path(text: string): string;
  readonly print: (text: string) => void;
  /** Other people's text: nothing in it reaches the terminal as a command. */
  printPlain(text: string): void;
  printJson(value: unknown): void;
  /** Lists look as the management API's do: `{ "data": [...] }`. */
  printList(items: readonly unknown[]): void;
  table<T>(columns: readonly Column<T>[], rows: readonly T[]): void;
  /** `✔ Stopped service ...`; silent with `--json`. */
  done(text: string): void;
  warn(text: string): void;
  note(text: string): void;
}

export function makeCli(io: Io, options: GlobalOptions): Cli {
  const { env } = io;
  const homeDir = findHome(options.homeDir, env);
  const style = makeStyle(wantsColour({ isTty: io.stdout.isTTY, refused: !options.color, env }));
  const noteStyle = makeStyle(wantsColour({ isTty: io.stderr.isTTY, refused: !options.color, env }));
  const sources = { url: options.url, token: options.token, env, homeDir };
  let address: ServerAddress | undefined;
  let client: Client | undefined;
  const cli: Cli = {
    io,
    options,
    homeDir,
    style,
    // Asked of the descriptor: opening standard input takes time.
    canAsk: options.yes !== true && isatty(0) && isatty(2),
    address: () => (address ??= findServer(sources)),
    key: () => findKey(sources, cli.address()),
    client: () => (client ??= createClient({ baseUrl: cli.address().url, key: cli.key(), fetch: nodeFetch })),
    path: (text) => expandPath(text, env),
    print: (text) => void io.stdout.write(`${text}\n`),
    printPlain: (text) => cli.print(plainText(text)),
    printList: (data) => cli.printJson({ data }),
    printJson: (value) => cli.print(JSON.stringify(value, undefined, 2)),
    table: (columns, rows) => {
      const width = terminalColumns(io.stdout);
      for (const line of renderTable(columns, rows, width, style.bold)) cli.print(line);
    },
    done: (text) => {
      if (options.json !== true) cli.print(`${style.green("✔")} ${oneLine(text)}`);
    },
    warn: (text) => void io.stderr.write(`${noteStyle.yellow("⚠")} ${oneLine(text)}\n`),
    note: (text) => void io.stderr.write(`${plainText(text)}\n`),
  };
  return cli;
}
