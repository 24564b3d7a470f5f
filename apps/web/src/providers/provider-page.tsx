import type { Provider } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { providersQuery } from "../api/queries.ts";
import { formatDay } from "../format/time.ts";
import { Button, buttonClass, IconButton } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Facts, type Fact } from "../parts/facts.tsx";
import { Menu } from "../parts/menu.tsx";
import { Ago } from "../parts/moment.tsx";
import { Empty, Loading, Notice, Problem } from "../parts/notice.tsx";
import { Card, Heading, Page } from "../parts/page.tsx";
import { Picker } from "../parts/picker.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { berthAddress, CallIt } from "../snippets/call-it.tsx";
import { exampleCall } from "../snippets/example-call.ts";
import { Latency } from "./latency.tsx";
import { useProviderActions } from "./provider-actions.tsx";
import { providerKinds } from "./provider-kinds.ts";
import { ProviderModels } from "./provider-models.tsx";
import { ProviderState } from "./provider-state.tsx";
import { ProviderTest } from "./provider-test.tsx";

export function ProviderPage(): ReactNode {
  const { name } = useParams({ from: "/inside/providers/$name" });
  const { data, error, refetch } = useQuery(providersQuery);
  const provider = data?.find((one) => one.name === name || one.id === name);
  if (provider !== undefined) return <OneProvider provider={provider} />;
  return (
    <Page title={name}>
      {data !== undefined ? (
        <Card>
          <Empty title={`There is no provider ${name}`}>
            <p>It may have been removed.</p>
            <p className="mt-4">
              <Link to="/providers" className={buttonClass()}>
                All providers
              </Link>
            </p>
          </Empty>
        </Card>
      ) : error !== null ? (
        <Problem error={error} retry={() => void refetch()} />
      ) : (
        <Card>
          <Loading what="the provider" />
        </Card>
      )}
    </Page>
  );
}

function OneProvider({ provider }: { provider: Provider }): ReactNode {
  const navigate = useNavigate();
  const actions = useProviderActions(() => void navigate({ to: "/providers" }));
  const { name, status, statusReason } = provider;
  return (
    <Page
      title={name}
      heading={
        <>
          <Heading>{name}</Heading>
          <ProviderState status={status} />
          <span className="text-ink-2">{providerKinds[provider.kind].title}</span>
        </>
      }
      actions={
        <>
          <Button onClick={() => actions.test(name)}>Test</Button>
          <Button onClick={() => actions.edit(provider)}>Edit …</Button>
          <Menu
            actions={actions.menu(provider).slice(2)}
            trigger={
              <IconButton
                label={`What else to do with ${name}`}
                className="border border-line-strong/60 bg-panel"
              >
                <Ellipsis size={16} aria-hidden />
              </IconButton>
            }
          />
        </>
      }
    >
      {statusReason !== null && (
        <div className="mb-3.5">
          <Notice look={status === "down" ? "bad" : "warn"} title={statusReason} />
        </div>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(300px,5fr)_minmax(0,7fr)]">
        <Card title="About it" className="max-lg:order-2">
          <Facts facts={facts(provider)} />
        </Card>
        <Card>
          <ProviderTabs provider={provider} />
        </Card>
      </div>
      {actions.dialog}
    </Page>
  );
}

const tabNames = ["models", "call", "test"] as const;
type TabName = (typeof tabNames)[number];

function ProviderTabs({ provider }: { provider: Provider }): ReactNode {
  const search = useSearch({ from: "/inside/providers/$name" });
  const navigate = useNavigate({ from: "/providers/$name" });
  const go = (next: { tab?: string; model?: string }): void =>
    void navigate({ search: next, replace: true, resetScroll: false });
  const chosen = provider.models.find(({ name }) => name === search.model) ?? provider.models[0];
  return (
    <Tabs<TabName>
      label="About the provider"
      value={tabNames.find((name) => name === search.tab) ?? "models"}
      onChange={(tab) => go(tab === "models" ? {} : { tab })}
      tabs={[
        {
          name: "models",
          title: `Models ${provider.models.length}`,
          content: <ProviderModels provider={provider} />,
        },
        {
          name: "call",
          title: "Call it",
          content:
            chosen === undefined ? (
              <Empty title="No model to call">Test the provider, or name a model of it.</Empty>
            ) : (
              <>
                <div className="px-3.5 pt-3">
                  <Picker
                    compact
                    label="Model"
                    placeholder="Choose a model …"
                    value={chosen.name}
                    onChange={(model) => go({ tab: "call", model })}
                    options={provider.models.map(({ name, task }) => ({
                      value: name,
                      title: name,
                      note: task,
                    }))}
                    empty={<p>None.</p>}
                  />
                </div>
                <CallIt
                  call={exampleCall(`${provider.name}/${chosen.name}`, chosen.task)}
                  addresses={[berthAddress()]}
                />
              </>
            ),
        },
        { name: "test", title: "Test", content: <ProviderTest name={provider.name} /> },
      ]}
    />
  );
}

function facts(provider: Provider): readonly Fact[] {
  const { options, auth, maxParallel, connectSeconds, firstTokenSeconds, checkedAt } = provider;
  const { headers = {}, chat, streamUsage, ...words } = options;
  return [
    ["Address", <Copyable key="url" text={provider.url} what="the address" />],
    ["Credential", credentialWords(provider)],
    ["Shown as", auth === null ? null : authWords(auth)],
    ["Models", provider.discover ? "asked of the server" : "only those named"],
    ["Latency", <Latency key="latency" latenciesMs={provider.latenciesMs} />],
    ["Last look", checkedAt === null ? "not yet" : <Ago key="checked" at={checkedAt} />],
    ...Object.entries(words).map(([name, value]): Fact => [optionTitles[name] ?? name, value]),
    ["Takes", chat === true ? "messages" : null],
    ["Streams", streamUsage === false ? "without their tokens counted" : null],
    [
      "Headers",
      Object.entries(headers)
        .map((pair) => pair.join(": "))
        .join(", "),
    ],
    ["Other paths", provider.anyPath ? "paths that Berth does not know go there" : null],
    ["At once", maxParallel === null ? "no bound" : `${maxParallel} requests`],
    ["Connects", connectSeconds === null ? null : `within ${connectSeconds} s`],
    ["First token", firstTokenSeconds === null ? null : `within ${firstTokenSeconds} s`],
    ["Added", formatDay(provider.createdAt)],
    [
      "Used for",
      <span key="used" className="flex gap-3">
        {(["/requests", "/usage"] as const).map((to) => (
          <Link
            key={to}
            to={to}
            search={{ provider: provider.name }}
            className="text-accent underline underline-offset-2"
          >
            its {to.slice(1)}
          </Link>
        ))}
      </span>,
    ],
  ];
}

const optionTitles: Readonly<Record<string, string>> = {
  apiVersion: "API version",
  region: "Region",
  awsProfile: "AWS profile",
  roleArn: "Role",
  apiName: "Function",
  keepAlive: "Keeps models",
};

function credentialWords({ credential }: Provider): string {
  switch (credential.kind) {
    case "none":
      return "none";
    case "stored":
      return `stored ${formatDay(credential.setAt)}, never shown`;
    case "env":
      return `$${credential.name}${credential.isSet ? "" : ", which is not set where the server runs"}`;
  }
}

function authWords(auth: NonNullable<Provider["auth"]>): string {
  switch (auth.kind) {
    case "bearer":
      return "Authorization: Bearer";
    case "header":
      return `${auth.name}: ${auth.prefix ?? ""}`;
    case "basic":
      return `the password of ${auth.user}`;
  }
}
