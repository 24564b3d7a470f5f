import type { Endpoint } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../parts/button.tsx";
import { Notice } from "../parts/notice.tsx";
import { ChangeList } from "./change-list.tsx";
import { configurationChanges } from "./configuration-changes.ts";
import type { EndpointActions } from "./endpoint-actions.tsx";
import { deploymentsQuery } from "./endpoint-queries.ts";
import { EndpointReason } from "./endpoint-reason.tsx";

/** What a person should know before all else: that it is not deployed, that changes are not, that it fails. */
export function EndpointNotices({
  endpoint,
  actions,
}: {
  endpoint: Endpoint;
  actions: EndpointActions;
}): ReactNode {
  const { status, statusReason, hasChanges, currentDeployment } = endpoint;
  const fails = status === "FAILED" || status === "UNHEALTHY";
  return (
    <div className="mb-4 flex flex-col gap-3 empty:hidden">
      {fails && <Notice look={status === "FAILED" ? "bad" : "warn"} title={statusReason ?? status} />}
      {!fails && <EndpointReason endpoint={endpoint} />}
      {status === "CREATED" && (
        <Notice
          look="plain"
          title="Nothing runs yet."
          action={
            <Button look="primary" disabled={actions.busy} onClick={() => actions.deploy(endpoint)}>
              Deploy it
            </Button>
          }
        >
          <p className="text-ink-2">Deploying starts what the settings say, and opens it for calls.</p>
        </Notice>
      )}
      {hasChanges && currentDeployment !== null && (
        <Undeployed endpoint={endpoint} number={currentDeployment} actions={actions} />
      )}
    </div>
  );
}

function Undeployed({
  endpoint,
  number,
  actions,
}: {
  endpoint: Endpoint;
  number: number;
  actions: EndpointActions;
}): ReactNode {
  const deployments = useQuery(deploymentsQuery(endpoint.id)).data;
  const current = deployments?.find(({ isCurrent }) => isCurrent);
  const changes =
    current === undefined ? [] : configurationChanges(current.configuration, endpoint.configuration);
  return (
    <Notice
      look="warn"
      title={`Changed since deployment ${number}: deploy to make it take effect.`}
      action={
        <Button look="primary" disabled={actions.busy} onClick={() => actions.deploy(endpoint)}>
          Deploy
        </Button>
      }
    >
      {changes.length > 0 && (
        <div className="mt-1.5">
          <ChangeList label="Not deployed yet" changes={changes} />
        </div>
      )}
    </Notice>
  );
}
