import type { Endpoint } from "@berth/api";
import type { ReactNode } from "react";
import { Button } from "../parts/button.tsx";
import { Card } from "../parts/page.tsx";
import type { EndpointActions } from "./endpoint-actions.tsx";

/** What changes who can call it: another name, a pause, its end. */
export function EndpointDanger({
  endpoint,
  actions,
}: {
  endpoint: Endpoint;
  actions: EndpointActions;
}): ReactNode {
  const isPaused = endpoint.status === "PAUSED";
  return (
    <Card title="Name, pause, end">
      <ul className="flex flex-col">
        <Line
          words="Another name. The old one leads here until somebody takes it."
          action={<Button onClick={() => actions.ask("rename", endpoint)}>Rename …</Button>}
        />
        <Line
          words={
            isPaused
              ? "It is paused: calls are refused, jobs wait."
              : "A pause: replicas are stopped, calls refused, jobs wait."
          }
          action={
            isPaused ? (
              <Button disabled={actions.busy} onClick={() => actions.resume(endpoint)}>
                Resume
              </Button>
            ) : (
              <Button onClick={() => actions.ask("pause", endpoint)}>Pause …</Button>
            )
          }
        />
        <Line
          words="Its end: replicas are stopped, jobs cancelled, its history forgotten."
          action={
            <Button look="danger" onClick={() => actions.ask("delete", endpoint)}>
              Delete …
            </Button>
          }
        />
      </ul>
    </Card>
  );
}

function Line({ words, action }: { words: string; action: ReactNode }): ReactNode {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line px-3.5 py-2.5 last:border-0">
      <span className="min-w-0 grow basis-52 text-ink-2">{words}</span>
      {action}
    </li>
  );
}
