import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { client } from "../api/client.ts";
import { Button } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Card } from "../parts/page.tsx";

/** What a receiver checks the signatures of this endpoint's webhooks with; shown when it is asked for, and not before. */
export function WebhookSecret({ endpointId }: { endpointId: string }): ReactNode {
  const told = useMutation({
    mutationFn: () => client.getWebhookSecret({ params: { id: endpointId } }),
  });
  return (
    <Card title="Webhooks" className="mt-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 p-3.5">
        <p className="grow basis-72 text-ink-2">
          Whoever is told of a job’s end checks by this secret that Berth has sent it, as Standard Webhooks
          say. Each endpoint has its own.
        </p>
        {told.data === undefined ? (
          <Button disabled={told.isPending} onClick={() => told.mutate()}>
            Show the secret
          </Button>
        ) : (
          <Copyable text={told.data.secret} what="the secret" />
        )}
      </div>
    </Card>
  );
}
