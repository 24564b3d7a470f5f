import type { Endpoint } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { LogView } from "../logs/log-view.tsx";
import { plainSearch } from "../state/search.ts";
import { Narrow } from "../table/narrow.tsx";
import { replicasQuery } from "./endpoint-queries.ts";

/** The replicas' logs as one, each line behind its replica's name; or one replica's. */
export function EndpointLogs({ endpoint: { id, currentDeployment } }: { endpoint: Endpoint }): ReactNode {
  const { replica } = useSearch({ from: "/inside/endpoints/$id" });
  const navigate = useNavigate({ from: "/endpoints/$id" });
  const replicas = useQuery(replicasQuery(id)).data ?? [];
  return (
    <>
      <div className="px-2.5 pt-2 empty:hidden">
        <Narrow
          label="Replica"
          value={replica}
          values={replicas.map(({ name }) => name)}
          word={(name) => name}
          onChange={(next) =>
            void navigate({
              search: (before) => plainSearch({ ...before, replica: next ?? "" }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      </div>
      <LogView
        source={{ kind: "endpoint", id, replica }}
        // a log that ended, as that of an endpoint without replicas, is read afresh when there are others
        generation={`${currentDeployment} ${replicas.map((one) => one.id).join(" ")}`}
      />
    </>
  );
}
