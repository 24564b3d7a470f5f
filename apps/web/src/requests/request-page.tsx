import type { RequestDetails } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { keysQuery, requestQuery } from "../api/queries.ts";
import { CodeBlock } from "../code/code-block.tsx";
import { formatUsd } from "../format/money.ts";
import { formatCount } from "../format/size.ts";
import { formatMoment, formatSpan } from "../format/time.ts";
import { buttonClass } from "../parts/button.tsx";
import { Copyable, CopyButton } from "../parts/copy-button.tsx";
import { Facts, type Fact } from "../parts/facts.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Heading, Page } from "../parts/page.tsx";
import { keptChat, readable } from "./kept-call.ts";
import { Replay } from "./replay.tsx";
import { RequestState } from "./request-state.tsx";
import { TimingBar } from "./timing-bar.tsx";
import { tokensPerSecond } from "./timing.ts";

export function RequestPage(): ReactNode {
  const { id } = useParams({ from: "/inside/requests/$id" });
  const { data, error, refetch } = useQuery(requestQuery(id));
  if (data !== undefined) return <OneRequest request={data} />;
  const gone = error !== null && failureOf(error).code === "not_found";
  return (
    <Page title="Request">
      {error === null && (
        <Card>
          <Loading what="the request" />
        </Card>
      )}
      {error !== null && !gone && <Problem error={error} retry={() => void refetch()} />}
      {gone && (
        <Card>
          <Empty title={`There is no request ${id}`}>
            <p>It has not ended, is older than the log is kept, or never was.</p>
            <p className="mt-4">
              <Link to="/requests" className={buttonClass()}>
                All requests
              </Link>
            </p>
          </Empty>
        </Card>
      )}
    </Page>
  );
}

function OneRequest({ request }: { request: RequestDetails }): ReactNode {
  const keys = useQuery(keysQuery).data;
  const { with: model } = useSearch({ from: "/inside/requests/$id" });
  const navigate = useNavigate({ from: "/requests/$id" });
  const chat = keptChat(request);
  const key = keys?.find(({ id }) => id === request.keyId)?.name ?? request.keyId;
  return (
    <Page
      title={`Request ${request.id}`}
      heading={
        <>
          <Heading>{request.model === "" ? "No model named" : request.model}</Heading>
          <RequestState record={request} />
          <span className="inline-flex min-w-0 items-center font-mono text-sm wrap-anywhere text-ink-3">
            {request.id}
            <CopyButton text={request.id} what="the id" />
          </span>
        </>
      }
    >
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(300px,5fr)_minmax(0,7fr)]">
        <Card title="What it was">
          <Facts facts={facts(request, key)} />
        </Card>
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="Where the time went" aside={formatSpan(request.durationMs)}>
            <TimingBar record={request} />
          </Card>
          {chat !== undefined && (
            <Replay
              request={request}
              chat={chat}
              model={model}
              onModel={(next) => void navigate({ search: { with: next }, replace: true, resetScroll: false })}
            />
          )}
          <Body title="Request" text={request.request} />
          <Body title="Answer" text={request.response} />
          {!request.hasBodies && <NotKept />}
        </div>
      </div>
    </Page>
  );
}

function Body({ title, text }: { title: string; text: string | null }): ReactNode {
  if (text === null) return null;
  const shown = readable(text);
  return (
    <Card title={title}>
      <div className="max-h-120 overflow-y-auto">
        <CodeBlock
          bare
          code={shown}
          language={shown === text ? "text" : "json"}
          what={`the ${title.toLowerCase()}`}
        />
      </div>
    </Card>
  );
}

function NotKept(): ReactNode {
  return (
    <Card>
      <Empty title="What was said is not kept">
        It is where the key or the route says so: under{" "}
        <Link to="/keys" className="text-accent underline underline-offset-2">
          Keys
        </Link>{" "}
        and{" "}
        <Link to="/routes" className="text-accent underline underline-offset-2">
          Routes
        </Link>
        . A request that is kept can be asked again, of another model.
      </Empty>
    </Card>
  );
}

function facts(request: RequestDetails, key: string): readonly Fact[] {
  const { inputTokens, outputTokens, cachedTokens, reasoningTokens, costUsd, gpuSeconds } = request;
  const speed = tokensPerSecond(request);
  return [
    ["When", formatMoment(request.startedAt)],
    [
      "Key",
      <Link key="key" to="/requests" search={{ key }} className="hover:underline">
        {key}
      </Link>,
    ],
    ["Operation", `${request.operation}${request.stream ? ", streamed" : ""}`],
    ["Status", `${request.status}${request.errorCode === null ? "" : ` ${request.errorCode}`}`],
    ["Route", request.route],
    ["Answered by", answeredBy(request)],
    [
      "Called there",
      request.upstreamModel === null || request.upstreamModel === request.model ? null : (
        <Copyable key="upstream" text={request.upstreamModel} what="the model" />
      ),
    ],
    ["Tries", request.tries > 1 ? `${request.tries}, of which the last counts` : null],
    ["Tokens in", tokens(inputTokens, cachedTokens, "cached")],
    ["Tokens out", tokens(outputTokens, reasoningTokens, "of reasoning")],
    ["Counted by", countedBy[request.tokensFrom]],
    ["Speed", speed === undefined ? null : `${speed} tokens/s after the first`],
    ["Cost", costUsd === null ? "no price is known" : formatUsd(costUsd)],
    ["GPU-seconds", gpuSeconds === null ? null : formatCount(Math.round(gpuSeconds * 100) / 100)],
    ["From memory", request.cached ? "an equal request was answered before" : null],
  ];
}

const countedBy: Readonly<Record<RequestDetails["tokensFrom"], string>> = {
  upstream: "who answered",
  estimate: "Berth's estimate",
  none: "nobody",
};

function tokens(count: number | null, part: number | null, what: string): string {
  if (count === null) return "–";
  return part === null || part === 0
    ? formatCount(count)
    : `${formatCount(count)}, ${formatCount(part)} ${what}`;
}

function answeredBy({ provider, serviceId, cached }: RequestDetails): ReactNode {
  if (provider !== null)
    return (
      <Link to="/providers/$name" params={{ name: provider }} className="hover:underline">
        {provider}
      </Link>
    );
  if (serviceId !== null)
    return (
      <Link to="/services/$id" params={{ id: serviceId }} className="hover:underline">
        service {serviceId}
      </Link>
    );
  return cached ? "memory" : "nobody";
}
