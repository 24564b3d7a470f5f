import type { Endpoint } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { Suspense, type ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { formatCount } from "../format/size.ts";
import { Badge } from "../parts/badge.tsx";
import { Button, buttonClass, IconButton } from "../parts/button.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Menu } from "../parts/menu.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Heading, Page } from "../parts/page.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Activity } from "./activity.tsx";
import { useEndpointActions, type EndpointActions } from "./endpoint-actions.tsx";
import { EndpointNotices } from "./endpoint-notices.tsx";
import { EndpointOverview } from "./endpoint-overview.tsx";
import { endpointQuery } from "./endpoint-queries.ts";
import { EndpointState } from "./endpoint-state.tsx";
import { Deployments, EndpointLogs, EndpointSettings, QueueCard } from "./endpoint-tabs.ts";
import { EndpointTimeline } from "./endpoint-timeline.tsx";
import { pendingCount, visibilityWords } from "./endpoint-words.ts";
import { Replicas } from "./replicas.tsx";

export function EndpointPage(): ReactNode {
  const { id } = useParams({ from: "/inside/endpoints/$id" });
  const { data, error, refetch } = useQuery(endpointQuery(id));
  if (data !== undefined) return <OneEndpoint key={data.id} endpoint={data} />;
  const gone = error !== null && failureOf(error).code === "not_found";
  return (
    <Page title={`Endpoint ${id}`}>
      {error === null && (
        <Card>
          <Loading what="the endpoint" />
        </Card>
      )}
      {error !== null && !gone && <Problem error={error} retry={() => void refetch()} />}
      {gone && (
        <Card>
          <Empty title={`There is no endpoint ${id}`}>
            <p>It may have been deleted.</p>
            <p className="mt-4">
              <Link to="/endpoints" className={buttonClass()}>
                All endpoints
              </Link>
            </p>
          </Empty>
        </Card>
      )}
    </Page>
  );
}

function OneEndpoint({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const navigate = useNavigate();
  const actions = useEndpointActions(() => void navigate({ to: "/endpoints" }));
  const { id, fullName, status, visibility, replicas, currentDeployment } = endpoint;
  const sleeps = status === "SCALED_DOWN" && currentDeployment !== null && replicas.wanted === 0;
  return (
    <Page
      title={fullName}
      heading={
        <>
          <Heading>{fullName}</Heading>
          <EndpointState status={status} />
          <Badge title={visibilityWords[visibility].note}>{visibilityWords[visibility].label}</Badge>
          <span className="inline-flex items-center font-mono text-sm text-ink-3">
            {id}
            <CopyButton text={id} what="the id" />
          </span>
        </>
      }
      actions={
        <>
          {sleeps && (
            <Button disabled={actions.busy} onClick={() => actions.wake(endpoint)}>
              Wake
            </Button>
          )}
          {status === "PAUSED" && (
            <Button look="primary" disabled={actions.busy} onClick={() => actions.resume(endpoint)}>
              Resume
            </Button>
          )}
          <Menu
            actions={actions.menu(endpoint)}
            trigger={
              <IconButton
                label={`What to do with ${fullName}`}
                className="border border-line-strong/60 bg-panel"
              >
                <Ellipsis size={16} aria-hidden />
              </IconButton>
            }
          />
        </>
      }
    >
      <EndpointNotices endpoint={endpoint} actions={actions} />
      <EndpointTabs endpoint={endpoint} actions={actions} />
      {actions.dialog}
    </Page>
  );
}

const tabNames = ["overview", "replicas", "deployments", "jobs", "logs", "settings"] as const;
type TabName = (typeof tabNames)[number];

function EndpointTabs({ endpoint, actions }: { endpoint: Endpoint; actions: EndpointActions }): ReactNode {
  const { tab } = useSearch({ from: "/inside/endpoints/$id" });
  const navigate = useNavigate({ from: "/endpoints/$id" });
  const queued = pendingCount({ ...endpoint, waiting: 0 }) + endpoint.jobs.running;
  const hasReplicas = endpoint.configuration.template !== null;
  return (
    <Tabs<TabName>
      label="About the endpoint"
      value={tabNames.find((name) => name === tab) ?? "overview"}
      onChange={(next) =>
        void navigate({
          search: next === "overview" ? {} : { tab: next },
          replace: true,
          resetScroll: false,
        })
      }
      tabs={[
        { name: "overview", title: "Overview", content: under(<EndpointOverview endpoint={endpoint} />) },
        {
          name: "replicas",
          title: hasReplicas ? "Replicas" : "History",
          content: under(
            <div className="flex flex-col gap-4">
              {hasReplicas && <Activity endpoint={endpoint} />}
              {hasReplicas && (
                <Card title="Replicas">
                  <Replicas id={endpoint.id} />
                </Card>
              )}
              <EndpointTimeline id={endpoint.id} />
            </div>,
          ),
        },
        {
          name: "deployments",
          title: "Deployments",
          content: under(
            <Card>
              <Deployments endpoint={endpoint} actions={actions} />
            </Card>,
          ),
        },
        {
          name: "jobs",
          title: queued === 0 ? "Jobs" : `Jobs ${formatCount(queued)}`,
          content: under(<QueueCard endpoint={endpoint} />),
        },
        {
          name: "logs",
          title: "Logs",
          content: under(
            <Card>
              <EndpointLogs endpoint={endpoint} />
            </Card>,
          ),
        },
        {
          name: "settings",
          title: "Settings",
          content: under(<EndpointSettings endpoint={endpoint} actions={actions} />),
        },
      ]}
    />
  );
}

function under(content: ReactNode): ReactNode {
  return (
    <div className="pt-4">
      <Suspense fallback={<Loading what="this part" />}>{content}</Suspense>
    </div>
  );
}
