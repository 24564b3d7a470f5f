import type { Endpoint } from "@berth/api";
import { useState, type ReactNode } from "react";
import { Copyable } from "../parts/copy-button.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { berthAddress, CallIt, Snippets } from "../snippets/call-it.tsx";
import { exampleCall } from "../snippets/example-call.ts";
import { plainSnippet } from "../snippets/plain-snippet.ts";
import { exampleInput, exampleTask } from "./example-task.ts";

const ways = ["openai", "predict", "job"] as const;
type Way = (typeof ways)[number];

/** How an endpoint is called from elsewhere: by OpenAI's clients, at its own address, or by a job in its queue. */
export function CallEndpoint({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { id, fullName, configuration, paths } = endpoint;
  const task = exampleTask(configuration.template);
  const usual: Way = configuration.template === null ? "job" : task === "unknown" ? "predict" : "openai";
  const [chosen, setChosen] = useState<Way>();
  const predict = { url: `${location.origin}${paths.predict}`, body: exampleInput(task) };
  const job = { url: `${location.origin}/api/v1/endpoints/${id}/jobs`, body: { input: predict.body } };
  return (
    <Tabs<Way>
      label="Way to call it"
      value={chosen ?? usual}
      onChange={setChosen}
      tabs={[
        {
          name: "openai",
          title: "OpenAI clients",
          content: (
            <CallIt
              call={exampleCall(fullName, task)}
              addresses={[
                berthAddress(),
                { name: "its own address", url: `${location.origin}${paths.openai}` },
              ]}
            />
          ),
        },
        {
          name: "predict",
          title: "/predict",
          content: (
            <>
              <Address url={predict.url}>
                What the replicas&rsquo; own server has at <Path>/predict</Path>; any other path in its place
                works as well.
              </Address>
              <Snippets of={(language) => plainSnippet(predict, language)} />
            </>
          ),
        },
        {
          name: "job",
          title: "As a job",
          content: (
            <>
              <Address url={job.url}>
                The answer is a job on the disk. Its result waits under{" "}
                <Path>/api/v1/jobs/ID/result?wait=60</Path>, or is told to a webhook.
              </Address>
              <Snippets of={(language) => plainSnippet(job, language)} />
            </>
          ),
        },
      ]}
    />
  );
}

function Address({ url, children }: { url: string; children: ReactNode }): ReactNode {
  return (
    <div className="px-3.5 pt-2.5 pb-1">
      <Copyable text={url} what="the address" />
      <p className="text-sm text-ink-2">{children}</p>
    </div>
  );
}

function Path({ children }: { children: ReactNode }): ReactNode {
  return <code className="font-mono text-xs">{children}</code>;
}
