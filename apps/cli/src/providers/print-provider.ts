import type { Provider, ProviderModel } from "@berth/api";
import type { Cli } from "../cli.ts";
import { renderFacts } from "../terminal/facts.ts";
import { relativeTime } from "../terminal/relative-time.ts";
import type { Column } from "../terminal/table.ts";
import { latencyText, providerPaint } from "./provider-status.ts";

export function printProvider(cli: Cli, provider: Provider): void {
  if (cli.options.json === true) return cli.printJson(provider);
  const { style } = cli;
  const { status, statusReason } = provider;
  cli.print(`${style.bold(provider.name)}   ${providerPaint(status, style)(status)}`);
  if (statusReason !== null) cli.printPlain(statusReason);
  cli.print("");
  for (const line of renderFacts(facts(provider, cli.io.now()), style.dim)) cli.print(line);
  if (provider.models.length === 0) return;
  cli.print("");
  cli.table(modelColumns, provider.models);
}

const modelColumns: readonly Column<ProviderModel>[] = [
  { title: "MODEL", cell: ({ name }) => name, shrinkTo: 16 },
  { title: "THERE", cell: ({ upstreamName }) => upstreamName, shrinkTo: 12, expendable: 2 },
  { title: "TASK", cell: ({ task }) => task, expendable: 1 },
  { title: "CONTEXT", cell: ({ contextTokens }) => contextTokens?.toString() ?? "" },
  {
    title: "$/M IN, OUT",
    cell: ({ price }) => (price === null ? "" : `${price.inputPerMillion}, ${price.outputPerMillion}`),
  },
  { title: "FROM", cell: ({ from }) => (from === "set" ? "you" : "the server"), expendable: 3 },
];

function facts(provider: Provider, nowMs: number): (readonly [string, string | null])[] {
  const { auth, options, maxParallel, connectSeconds, firstTokenSeconds, checkedAt } = provider;
  const { headers, ...rest } = options;
  return [
    ["id", provider.id],
    ["kind", provider.kind],
    ["url", provider.url],
    ["credential", credentialText(provider)],
    ["auth", auth === null ? null : auth.kind === "basic" ? `as ${auth.user}` : authText(auth)],
    ["models", provider.discover ? "asked of the server" : "only those named"],
    ["any path", provider.anyPath ? "yes" : null],
    ...Object.entries(rest).map(([name, value]) => [name, String(value)] as const),
    [
      "headers",
      headers === undefined
        ? null
        : Object.entries(headers)
            .map((pair) => pair.join(": "))
            .join(", "),
    ],
    ["parallel", maxParallel === null ? null : String(maxParallel)],
    ["connects in", connectSeconds === null ? null : `${connectSeconds} s`],
    ["first token", firstTokenSeconds === null ? null : `within ${firstTokenSeconds} s`],
    [
      "looked at",
      checkedAt === null
        ? null
        : `${relativeTime(checkedAt, nowMs)} (${latencyText(provider) || "no answer"})`,
    ],
  ];
}

function authText(auth: Exclude<NonNullable<Provider["auth"]>, { kind: "basic" }>): string {
  return auth.kind === "bearer" ? "Authorization: Bearer" : `${auth.name}: ${auth.prefix ?? ""}`;
}

function credentialText({ credential }: Provider): string {
  switch (credential.kind) {
    case "none":
      return "none";
    case "stored":
      return "stored";
    case "env":
      return `$${credential.name}${credential.isSet ? "" : ", which is not set where the server runs"}`;
  }
}
