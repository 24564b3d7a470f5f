import type { Service } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { serviceQuery } from "../api/queries.ts";
import { LogView } from "../logs/log-view.tsx";
import { buttonClass, IconButton } from "../parts/button.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Menu } from "../parts/menu.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Heading, Page } from "../parts/page.tsx";
import { Badge } from "../parts/badge.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { transportWords } from "../profiles/profile-facts.tsx";
import { berthAddress, CallIt, portAddress } from "../snippets/call-it.tsx";
import { exampleServiceCall } from "../snippets/example-call.ts";
import { useServiceActions, useServiceMenu } from "./service-actions.tsx";
import { ServiceDetails } from "./service-details.tsx";
import { ServiceFailure } from "./service-failure.tsx";
import { ServiceJob } from "./service-job.tsx";
import { ServiceReason } from "./service-reason.tsx";
import { isFailure, isOver, ServiceState } from "./service-state.tsx";
import { ServiceTimeline } from "./service-timeline.tsx";

export function ServicePage(): ReactNode {
  const { id } = useParams({ from: "/inside/services/$id" });
  const { data, error, refetch } = useQuery(serviceQuery(id));
  if (data !== undefined) return <OneService service={data} />;
  const gone = error !== null && failureOf(error).code === "not_found";
  return (
    <Page title={`Service ${id}`}>
      {error === null && (
        <Card>
          <Loading what="the service" />
        </Card>
      )}
      {error !== null && !gone && <Problem error={error} retry={() => void refetch()} />}
      {gone && (
        <Card>
          <Empty title={`There is no service ${id}`}>
            <p>It may have been removed, with its events and its log.</p>
            <p className="mt-4">
              <Link to="/services" className={buttonClass()}>
                All services
              </Link>
            </p>
          </Empty>
        </Card>
      )}
    </Page>
  );
}

function OneService({ service }: { service: Service }): ReactNode {
  const navigate = useNavigate();
  const actions = useServiceActions(() => void navigate({ to: "/services" }));
  const menu = useServiceMenu(actions);
  const failed = isFailure(service.status);
  const chattable = service.task === "text-generation" && service.status === "HEALTHY";
  return (
    <Page
      title={service.name}
      heading={
        <>
          <Heading>{service.name}</Heading>
          <ServiceState status={service.status} />
          {service.transport !== null && service.job !== null && (
            <Badge title="How its requests travel">{transportWords[service.transport]}</Badge>
          )}
          <span className="inline-flex items-center font-mono text-sm text-ink-3">
            {service.id}
            <CopyButton text={service.id} what="the id" />
          </span>
        </>
      }
      actions={
        <>
          {chattable && (
            <Link to="/chat" search={{ model: service.name }} className={buttonClass("primary")}>
              Chat
            </Link>
          )}
          <Menu
            actions={menu(service)}
            trigger={
              <IconButton
                label={`What to do with ${service.name}`}
                className="border border-line-strong/60 bg-panel"
              >
                <Ellipsis size={16} aria-hidden />
              </IconButton>
            }
          />
        </>
      }
    >
      {!failed && (
        <div className="-mt-2 mb-3.5 empty:hidden">
          <ServiceReason service={service} />
        </div>
      )}
      <ServiceFailure service={service} actions={actions} />
      <ServiceJob service={service} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(300px,5fr)_minmax(0,7fr)]">
        <Card title="What happened" className="max-lg:order-2">
          <ServiceTimeline id={service.id} />
        </Card>
        <Card>
          <ServiceTabs service={service} />
        </Card>
      </div>
      {actions.dialog}
    </Page>
  );
}

const tabNames = ["call", "logs", "details"] as const;
type TabName = (typeof tabNames)[number];

function ServiceTabs({ service }: { service: Service }): ReactNode {
  const { tab } = useSearch({ from: "/inside/services/$id" });
  const navigate = useNavigate({ from: "/services/$id" });
  const usual: TabName = isFailure(service.status) ? "logs" : "call";
  const own = service.port === null ? [] : [portAddress(service.port)];
  // a pipeline's path is at its own port alone
  const addresses = service.image === "pipeline" && own.length > 0 ? own : [berthAddress(), ...own];
  return (
    <Tabs<TabName>
      label="About the service"
      value={tabNames.find((name) => name === tab) ?? usual}
      onChange={(next) =>
        void navigate({ search: next === usual ? {} : { tab: next }, replace: true, resetScroll: false })
      }
      tabs={[
        {
          name: "call",
          title: "Call it",
          content: <CallIt call={exampleServiceCall(service)} addresses={addresses} />,
        },
        {
          name: "logs",
          title: "Logs",
          content: (
            <LogView
              source={{ kind: "service", id: service.id }}
              generation={`${service.restarts} ${isOver(service.status)}`}
            />
          ),
        },
        { name: "details", title: "Details", content: <ServiceDetails service={service} /> },
      ]}
    />
  );
}
