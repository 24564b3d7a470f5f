import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { endpointsQuery } from "../endpoints/endpoint-queries.ts";
import { buttonClass } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Empty } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { plainSearch } from "../state/search.ts";
import { Narrow } from "../table/narrow.tsx";
import { JobList } from "./job-list.tsx";

/** The jobs of all endpoints. */
export function JobsPage(): ReactNode {
  const search = useSearch({ from: "/inside/jobs" });
  const navigate = useNavigate({ from: "/jobs" });
  const endpoints = useQuery(endpointsQuery).data ?? [];
  const change = (part: Partial<typeof search>): void =>
    void navigate({
      search: (before) => plainSearch({ ...before, ...part }),
      replace: true,
      resetScroll: false,
    });
  const nameOf = (id: string): string => endpoints.find((one) => one.id === id)?.fullName ?? id;
  return (
    <Page title="Jobs">
      <Card>
        <JobList
          endpoint={search.endpoint}
          endpointName={nameOf}
          search={search}
          change={change}
          filters={
            <Narrow
              label="Endpoint"
              value={search.endpoint}
              values={endpoints.map(({ id }) => id)}
              word={nameOf}
              onChange={(endpoint) => change({ endpoint: endpoint ?? "" })}
            />
          }
        >
          <NoJobs />
        </JobList>
      </Card>
    </Page>
  );
}

function NoJobs(): ReactNode {
  return (
    <Empty title="No job yet">
      <p>
        A job is one call that is queued on the disk: it is tried again when its worker is lost, and its
        result is kept. Any call of an endpoint can be one.
      </p>
      <p className="mt-3">
        <Copyable text={`berth job submit summaries --data '{"prompts": "Hello"}'`} what="the command" />
      </p>
      <p className="mt-4">
        <Link to="/endpoints" className={buttonClass("primary")}>
          Endpoints
        </Link>
      </p>
    </Empty>
  );
}
