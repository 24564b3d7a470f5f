import type { Endpoint } from "@berth/api";
import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { IconButton } from "../parts/button.tsx";
import { Menu, type MenuAction } from "../parts/menu.tsx";
import { Ago } from "../parts/moment.tsx";
import { Sub, type Column } from "../table/data-table.tsx";
import { EndpointReason } from "./endpoint-reason.tsx";
import { EndpointState, endpointSigns } from "./endpoint-state.tsx";
import { kindWords, pendingCount, placeWords, servesWords, visibilityWords } from "./endpoint-words.ts";
import { ReplicaStrip } from "./replica-strip.tsx";

/** The columns of the list of endpoints; narrow pages fold what they hide into the name's cell. */
export function endpointColumns(menu: (endpoint: Endpoint) => MenuAction[]): readonly Column<Endpoint>[] {
  return [
    {
      name: "status",
      title: "Status",
      width: "w-[124px]",
      cell: ({ status }) => <EndpointState status={status} />,
      sortBy: ({ status }) => endpointSigns[status].rank,
    },
    {
      name: "name",
      title: "Name",
      width: "md:w-[38%] lg:w-[27%] xl:w-[28%]",
      cell: nameCell,
      sortBy: ({ fullName }) => fullName,
    },
    {
      name: "serves",
      title: "Serves",
      from: "lg",
      cell: ({ configuration }) => (
        <>
          {servesWords(configuration)}
          <Sub>
            {kindWords(configuration)} · {placeWords(configuration)}
          </Sub>
        </>
      ),
      sortBy: ({ configuration }) => servesWords(configuration),
    },
    {
      name: "replicas",
      title: "Replicas",
      from: "md",
      width: "w-[140px]",
      cell: ({ replicas }) => <ReplicaStrip replicas={replicas} />,
      sortBy: ({ replicas }) => replicas.ready,
    },
    {
      name: "pending",
      title: "Pending",
      from: "md",
      width: "w-[112px]",
      align: "right",
      cell: pendingCell,
      sortBy: pendingCount,
    },
    {
      name: "visibility",
      title: "Visibility",
      from: "xl",
      width: "w-[96px]",
      cell: ({ visibility }) => visibilityWords[visibility].label,
      sortBy: ({ visibility }) => visibility,
    },
    {
      name: "deployment",
      title: "Deployment",
      from: "lg",
      width: "w-[124px]",
      cell: deploymentCell,
      sortBy: ({ currentDeployment }) => currentDeployment,
    },
    {
      name: "updated",
      title: "Changed",
      from: "xl",
      width: "w-[104px]",
      cell: ({ updatedAt }) => <Ago at={updatedAt} />,
      sortBy: ({ updatedAt }) => -updatedAt,
    },
    {
      name: "actions",
      title: "",
      width: "w-[52px]",
      cell: (endpoint) => (
        <Menu
          actions={menu(endpoint)}
          trigger={
            <IconButton label={`What to do with ${endpoint.fullName}`} className="-my-1.5 -ml-1">
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        />
      ),
    },
  ];
}

function nameCell(endpoint: Endpoint): ReactNode {
  const { id, owner, name, description, configuration, replicas } = endpoint;
  return (
    <>
      <Link to="/endpoints/$id" params={{ id }} className="hover:underline">
        <span className="text-ink-2">{owner}/</span>
        <span className="font-[550]">{name}</span>
      </Link>
      {description !== null && <Sub>{description}</Sub>}
      <EndpointReason endpoint={endpoint} />
      <div className="lg:hidden">
        <Sub>{servesWords(configuration)}</Sub>
      </div>
      <div className="md:hidden">
        <ReplicaStrip replicas={replicas} />
        <Sub>{formatCount(pendingCount(endpoint))} pending</Sub>
      </div>
    </>
  );
}

function pendingCell(endpoint: Endpoint): ReactNode {
  const busy = endpoint.inFlight + endpoint.jobs.running;
  return (
    <>
      {formatCount(pendingCount(endpoint))}
      {busy > 0 && <Sub>{formatCount(busy)} worked on</Sub>}
    </>
  );
}

function deploymentCell({ currentDeployment, nextDeployment, hasChanges }: Endpoint): ReactNode {
  return (
    <>
      {currentDeployment === null ? "none" : `#${currentDeployment}`}
      {nextDeployment !== null && <Sub>#{nextDeployment} on its way</Sub>}
      {hasChanges && <Sub>changes not deployed</Sub>}
    </>
  );
}
