import type { Endpoint } from "@berth/api";
import type { ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { formatMoment } from "../format/time.ts";
import { Copyable } from "../parts/copy-button.tsx";
import { Facts, type Fact } from "../parts/facts.tsx";
import { Figures } from "../parts/figures.tsx";
import { Card } from "../parts/page.tsx";
import { Activity } from "./activity.tsx";
import { CallEndpoint } from "./call-endpoint.tsx";
import { coldStartWords, kindWords, scalingWords, servesWords, visibilityWords } from "./endpoint-words.ts";
import { ReplicaStrip } from "./replica-strip.tsx";
import { TryIt } from "./try-it.tsx";

/** How an endpoint stands, and how it is called. */
export function EndpointOverview({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { replicas, inFlight, waiting, jobs, configuration } = endpoint;
  const hasReplicas = configuration.template !== null;
  return (
    <>
      <Figures
        figures={[
          ...(hasReplicas
            ? [
                {
                  name: "Replicas ready",
                  value: formatCount(replicas.ready),
                  note: `of ${formatCount(replicas.wanted)} wanted`,
                },
                {
                  name: "Calls worked on",
                  value: formatCount(inFlight),
                  note: waiting === 0 ? undefined : `${formatCount(waiting)} held`,
                },
              ]
            : []),
          { name: "Jobs waiting", value: formatCount(jobs.queued) },
          { name: "Jobs running", value: formatCount(jobs.running) },
        ]}
      />
      {hasReplicas && (
        <div className="mb-4">
          <Activity endpoint={endpoint} />
        </div>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="Call it">
            <CallEndpoint endpoint={endpoint} />
          </Card>
          <Card title="About it">
            <Facts facts={facts(endpoint)} />
          </Card>
        </div>
        <Card title="Try it">
          <TryIt key={endpoint.fullName} endpoint={endpoint} />
        </Card>
      </div>
    </>
  );
}

function facts(endpoint: Endpoint): readonly Fact[] {
  const { fullName, name, description, configuration, scaling, paths, fallback, coldStart, visibility } =
    endpoint;
  const { profiles, hardware, secrets, template } = configuration;
  return [
    ["What for", description],
    ["In model", <Copyable key="name" text={fullName} what="the name" />],
    ["Also", `${name}, where nobody else has an endpoint of that name`],
    ["Serves", `${servesWords(configuration)} (${kindWords(configuration)})`],
    ["Runs on", template === null ? null : profiles.join(", then ")],
    ["Hardware", hardware],
    ["Replicas", template === null ? null : <ReplicaStrip key="replicas" replicas={endpoint.replicas} />],
    ["Why so many", endpoint.decision],
    [
      "Scaling",
      template === null
        ? null
        : scalingWords(scaling).map((line) => (
            <span key={line} className="block">
              {line}
            </span>
          )),
    ],
    ["Who may call", visibilityWords[visibility].note],
    [
      "While it cannot",
      coldStart === "fallback" && fallback !== null ? `${fallback} answers` : coldStartWords[coldStart],
    ],
    ["Secrets", secrets.map(({ secret, env }) => `${secret} as ${env}`).join(", ")],
    ["Health", <Copyable key="health" text={`${location.origin}${paths.health}`} what="the address" />],
    ["Deployment", endpoint.currentDeployment === null ? "none" : `#${endpoint.currentDeployment}`],
    ["Created", formatMoment(endpoint.createdAt)],
  ];
}
