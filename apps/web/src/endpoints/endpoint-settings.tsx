import type { Endpoint, UpdateEndpoint } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { modelsQuery } from "../api/queries.ts";
import type { FieldProblems } from "../launch/launch-form.ts";
import { Button } from "../parts/button.tsx";
import { Notice } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { toast } from "../parts/toasts.ts";
import { AccessFields } from "./access-fields.tsx";
import { ConfigurationFields } from "./configuration-fields.tsx";
import type { EndpointActions } from "./endpoint-actions.tsx";
import { EndpointDanger } from "./endpoint-danger.tsx";
import { QueueFields } from "./queue-fields.tsx";
import { withRepoName } from "./repo-names.ts";
import { ScalingFields } from "./scaling-fields.tsx";
import { readSettings, settingsForm, type SettingsForm } from "./settings-form.ts";

/** Everything about an endpoint that can be changed. What holds at once stands apart from what must be deployed. */
export function EndpointSettings({
  endpoint,
  actions,
}: {
  endpoint: Endpoint;
  actions: EndpointActions;
}): ReactNode {
  const queries = useQueryClient();
  const models = useQuery(modelsQuery).data ?? [];
  const [form, setForm] = useState<SettingsForm>();
  // untouched, it follows what others change
  const shown = form ?? settingsForm(endpoint);
  const change = (part: Partial<SettingsForm>): void => setForm({ ...shown, ...part });
  const { body, problems, scaling } = readSettings(shown, endpoint);
  const isChanged = form !== undefined && Object.keys(body).length > 0;
  const save = useMutation({
    mutationFn: (changes: UpdateEndpoint) =>
      client.updateEndpoint({ params: { id: endpoint.id }, body: changes }),
    onSuccess: (changed) => {
      applyChange(queries, { type: "endpoint", endpoint: changed });
      setForm(undefined);
      toast({
        title: changed.hasChanges ? "Saved. Deploy to make all of it take effect." : "Saved; it holds now.",
      });
    },
    meta: { toldInPlace: true },
  });
  const refusal = save.error === null ? undefined : failureOf(save.error);
  const told: FieldProblems = {
    ...problems,
    ...(refusal?.param === undefined ? {} : { [refusal.param]: refusal.message }),
  };
  const isFaulty = Object.keys(problems).length > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const { template } = body;
        save.mutate(template == null ? body : { ...body, template: withRepoName(template, models) });
      }}
    >
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="Replicas" aside="takes effect at the next deployment">
            <ConfigurationFields
              form={shown.configuration}
              change={(part) => change({ configuration: { ...shown.configuration, ...part } })}
              problems={told}
            />
          </Card>
          <EndpointDanger endpoint={endpoint} actions={actions} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="Scaling" aside="holds at once">
            <div className="flex flex-col gap-3.5 p-3.5">
              <ScalingFields
                form={shown.scaling}
                change={(part) => change({ scaling: { ...shown.scaling, ...part } })}
                problems={told}
                scaling={scaling}
              />
            </div>
          </Card>
          <Card title="Access" aside="holds at once">
            <div className="flex flex-col gap-3.5 p-3.5">
              <AccessFields
                form={shown.access}
                change={(part) => change({ access: { ...shown.access, ...part } })}
                problems={told}
              />
            </div>
          </Card>
          <Card title="Queue" aside="holds for jobs submitted from now on">
            <div className="flex flex-col gap-3.5 p-3.5">
              <QueueFields
                form={shown.queue}
                change={(part) => change({ queue: { ...shown.queue, ...part } })}
                problems={told}
              />
            </div>
          </Card>
        </div>
      </div>
      {(isChanged || isFaulty || refusal !== undefined) && (
        <div className="sticky bottom-0 z-10 mt-4 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line-strong/60 bg-panel px-3.5 py-2.5 shadow-float">
          <p role="status" className="grow basis-32 font-[550]">
            {isFaulty ? "Something is wrong with a field." : "Not saved yet."}
          </p>
          {refusal !== undefined && (
            <div className="w-full">
              <Notice look="bad" title={refusal.message} />
            </div>
          )}
          <div className="ml-auto flex gap-2">
            <Button
              onClick={() => {
                setForm(undefined);
                save.reset();
              }}
            >
              Discard
            </Button>
            <Button type="submit" look="primary" disabled={isFaulty || !isChanged || save.isPending}>
              Save
            </Button>
          </div>
        </div>
      )}
    </form>
  );
}
