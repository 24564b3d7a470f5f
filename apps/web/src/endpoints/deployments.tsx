import type { Deployment, Endpoint } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { formatMoment, formatSpan } from "../format/time.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { classNames } from "../parts/class-names.ts";
import { Ago } from "../parts/moment.tsx";
import { More } from "../parts/more.tsx";
import { Loading, Problem } from "../parts/notice.tsx";
import { useNow } from "../state/now.ts";
import { ChangeList } from "./change-list.tsx";
import { configurationChanges } from "./configuration-changes.ts";
import type { EndpointActions } from "./endpoint-actions.tsx";
import { RollbackQuestion } from "./endpoint-dialogs.ts";
import { deploymentsQuery } from "./endpoint-queries.ts";
import { DeploymentState } from "./endpoint-state.tsx";
import { kindWords, placeWords, servesWords } from "./endpoint-words.ts";

/** Every roll-out of the endpoint, the last first: who, when, how long, what came of it, what was different. */
export function Deployments({
  endpoint,
  actions,
}: {
  endpoint: Endpoint;
  actions: EndpointActions;
}): ReactNode {
  const { data, error, refetch } = useQuery(deploymentsQuery(endpoint.id));
  const [target, setTarget] = useState<Deployment>();
  if (data === undefined)
    return error === null ? (
      <Loading what="deployments" />
    ) : (
      <Problem error={error} retry={() => void refetch()} />
    );
  if (data.length === 0)
    return (
      <p className="px-3.5 py-4 text-ink-3">
        Nothing has been deployed yet. <b className="font-[550]">Deploy</b> starts what the settings say.
      </p>
    );
  const current = data.find(({ isCurrent }) => isCurrent);
  return (
    <>
      <ol aria-label="Deployments">
        {data.map((one) => (
          <Row
            key={one.id}
            one={one}
            current={current}
            canRollBack={one.status === "COMPLETED" && !one.isCurrent && endpoint.status !== "PAUSED"}
            onRollBack={() => setTarget(one)}
            busy={actions.busy}
          />
        ))}
      </ol>
      {target !== undefined && (
        <RollbackQuestion
          open
          onClose={() => setTarget(undefined)}
          endpoint={endpoint}
          current={current}
          target={target}
          onYes={() => actions.rollback(endpoint, target.number)}
        />
      )}
    </>
  );
}

function Row({
  one,
  current,
  canRollBack,
  onRollBack,
  busy,
}: {
  one: Deployment;
  current: Deployment | undefined;
  canRollBack: boolean;
  onRollBack: () => void;
  busy: boolean;
}): ReactNode {
  const { number, status, statusReason, isCurrent, configuration, rollbackTo, creator, createdAt } = one;
  const changes =
    current === undefined || isCurrent ? [] : configurationChanges(current.configuration, configuration);
  return (
    <li className="border-b border-line px-3.5 py-3 last:border-0">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-1.5">
        <div className="min-w-0 grow basis-72">
          <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <span className="font-mono font-semibold">#{number}</span>
            <DeploymentState status={status} />
            {isCurrent && <Badge title="Its replicas answer">answers</Badge>}
          </p>
          <p className="mt-0.5 text-sm text-ink-2">
            by {creator ?? "Berth itself"}, <Ago at={createdAt} />{" "}
            <span className="text-ink-3">({formatMoment(createdAt)})</span> · <Took one={one} />
            {rollbackTo !== null && ` · repeats #${rollbackTo}`}
          </p>
          {statusReason !== null && (
            <p
              className={classNames(
                "mt-0.5 text-sm wrap-anywhere",
                status === "FAILED" ? "text-bad" : "text-ink-2",
              )}
            >
              {statusReason}
            </p>
          )}
          <p className="mt-0.5 text-sm wrap-anywhere text-ink-3">
            {servesWords(configuration)} · {kindWords(configuration)} · {placeWords(configuration)}
          </p>
        </div>
        {canRollBack && (
          <Button onClick={onRollBack} disabled={busy} aria-label={`Roll back to deployment ${number} …`}>
            Roll back …
          </Button>
        )}
      </div>
      {changes.length > 0 && current !== undefined && (
        <div className="mt-1.5 text-sm">
          <More
            title={`${changes.length === 1 ? "One field differs" : `${changes.length} fields differ`} from #${current.number}`}
          >
            <ChangeList label={`What #${number} has that #${current.number} has not`} changes={changes} />
          </More>
        </div>
      )}
    </li>
  );
}

function Took({ one: { createdAt, concludedAt } }: { one: Deployment }): ReactNode {
  return concludedAt === null ? <Going since={createdAt} /> : `took ${formatSpan(concludedAt - createdAt)}`;
}

function Going({ since }: { since: number }): ReactNode {
  return `for ${formatSpan(useNow() - since)} now`;
}
