import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { failureOf, type Failure } from "../api/failure.ts";
import { modelsQuery, profilesQuery } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Empty, Notice } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { clusterProblems } from "./cluster-limits.ts";
import { CommandFields, ModelFields } from "./launch-fields.tsx";
import {
  blankForm,
  launchRequest,
  type FieldProblems,
  type LaunchForm,
  type LaunchRequest,
} from "./launch-form.ts";
import { useLaunchPlace, type LaunchPlace } from "./launch-place.ts";
import { PreviewPanel } from "./launch-preview.tsx";
import { ContainerFields, MoreFields } from "./more-fields.tsx";
import { PlaceFields } from "./place-fields.tsx";
import { SlurmFields } from "./slurm-fields.tsx";
import { usePreview } from "./use-preview.ts";

/** Chooses what to launch and how, beside what the launch will do. */
export function LaunchPage(): ReactNode {
  const { form, change } = useLaunchForm();
  const place = useLaunchPlace(form);
  const request = checkedRequest(form, place);
  const body = request.kind === "request" ? request.body : undefined;
  const { preview, failure, isCurrent } = usePreview(body);
  const launch = useLaunch();
  const refusal = launch.failure ?? failure;
  const problems: FieldProblems = {
    ...(refusal?.param === undefined ? {} : { [refusal.param]: refusal.message }),
    ...(request.kind === "unready" ? request.problems : {}),
  };
  const lacksMemory = preview?.memory.fits === false || refusal?.code === "insufficient_memory";
  const models = useQuery(modelsQuery).data;
  const image = models?.find((one) => one.id === form.model)?.image;
  const fields = { form, change, problems };
  return (
    <Page title="Start a service">
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (body !== undefined) launch.run(body);
            }}
          >
            <PlaceFields {...fields} place={place} />
            <Tabs
              label="What to serve"
              value={form.kind}
              onChange={(kind) => change({ kind })}
              tabs={[
                { name: "model", title: "A model", content: <ModelFields {...fields} place={place} /> },
                { name: "command", title: "A command of yours", content: <CommandFields {...fields} /> },
              ]}
            />
            {place.hasScheduler && <SlurmFields {...fields} place={place} />}
            <div className="flex flex-col items-start gap-3 border-t border-line p-3.5 *:w-full">
              <ContainerFields {...fields} place={place} />
              <MoreFields {...fields} />
            </div>
            <div className="flex flex-col gap-3 border-t border-line p-3.5">
              {lacksMemory && <Force form={form} change={change} />}
              <Refusal failure={refusal} problems={problems} />
              <Button
                type="submit"
                look="primary"
                className="self-start"
                disabled={body === undefined || launch.busy || (lacksMemory && !form.force)}
              >
                {launch.busy ? "Starting …" : "Start it"}
              </Button>
            </div>
          </form>
        </Card>
        <Card title="What will run" aside={isCurrent ? undefined : "looking again …"}>
          {preview === undefined || body === undefined ? (
            <Empty title={failure === undefined ? "Nothing yet" : "This cannot be launched as it is"}>
              {failure?.message ??
                "Choose a model or write a command; what Berth would do with it appears here."}
            </Empty>
          ) : (
            <PreviewPanel preview={preview} body={body} image={image} />
          )}
        </Card>
      </div>
    </Page>
  );
}

/** The form's request, unless the cluster would refuse it. */
function checkedRequest(form: LaunchForm, { hasScheduler, cluster, partition }: LaunchPlace): LaunchRequest {
  const request = launchRequest(form, hasScheduler);
  if (cluster === undefined) return request;
  const problems = clusterProblems(form, partition, cluster);
  if (Object.keys(problems).length === 0) return request;
  return {
    kind: "unready",
    problems: { ...(request.kind === "unready" ? request.problems : {}), ...problems },
  };
}

function useLaunchForm(): { form: LaunchForm; change: (part: Partial<LaunchForm>) => void } {
  const search = useSearch({ from: "/inside/services/new" });
  const models = useQuery(modelsQuery).data;
  const profiles = useQuery(profilesQuery).data;
  const [form, setForm] = useState<LaunchForm>({
    ...blankForm,
    kind: search.kind === "command" ? "command" : "model",
    model: search.model ?? "",
    profile: search.profile ?? "",
  });
  // the address may name a repository; the form knows models by their ids, and runs them where they lie
  const named =
    models?.find((one) => one.id === form.model) ??
    models?.find((one) => one.repo === form.model && (form.profile === "" || one.profile === form.profile));
  const elsewhere =
    form.profile === "" && profiles?.some((one) => one.name === named?.profile && !one.default) === true;
  return {
    form:
      named === undefined
        ? form
        : { ...form, model: named.id, profile: elsewhere ? named.profile : form.profile },
    change: (part) => setForm((before) => ({ ...before, ...part })),
  };
}

function useLaunch() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const mutation = useMutation({
    mutationFn: (body: Parameters<typeof client.createService>[0]["body"]) => client.createService({ body }),
    onSuccess: (service) => {
      applyChange(queries, { type: "service", service });
      void navigate({ to: "/services/$id", params: { id: service.id } });
    },
    meta: { toldInPlace: true },
  });
  return {
    run: mutation.mutate,
    busy: mutation.isPending,
    failure: mutation.error === null ? undefined : failureOf(mutation.error),
  };
}

function Force({
  form,
  change,
}: {
  form: LaunchForm;
  change: (part: Partial<LaunchForm>) => void;
}): ReactNode {
  return (
    <Notice look="warn" title="It probably does not fit into the memory that is free.">
      <p className="mt-0.5 text-ink-2">
        Choose a smaller context, fewer parallel sequences or a smaller quantisation. Forced, it may be ended
        by the system, and others with it.
      </p>
      <label className="mt-2 flex items-center gap-2">
        <input
          type="checkbox"
          checked={form.force}
          onChange={(event) => change({ force: event.target.checked })}
          className="size-4 accent-accent"
        />
        Start it anyway
      </label>
    </Notice>
  );
}

/** A refusal that belongs to no field of the form. */
function Refusal({
  failure,
  problems,
}: {
  failure: Failure | undefined;
  problems: FieldProblems;
}): ReactNode {
  if (failure === undefined || (failure.param !== undefined && problems[failure.param] !== undefined))
    return null;
  return <Notice look="bad" title={failure.message} />;
}
