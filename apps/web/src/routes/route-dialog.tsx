import type { ModelRoute, RouteStrategy } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { callableQuery, queryKeys } from "../api/queries.ts";
import { Dialog } from "../parts/dialogs.tsx";
import { Field } from "../parts/field.tsx";
import { CheckBox, fieldColumns, TextInput } from "../parts/inputs.tsx";
import { More } from "../parts/more.tsx";
import { SavingForm } from "../parts/saving-form.tsx";
import { Select } from "../parts/select.tsx";
import { toast } from "../parts/toasts.ts";
import { blankRouteForm, routeChange, routeForm, routeSpec, type RouteForm } from "./route-form.ts";
import { RouteTargetsFields } from "./route-targets-fields.tsx";
import { matchWords, strategyWords } from "./target-state.tsx";

/** Adds a route, or changes the one it is given. */
export function RouteDialog({
  open,
  onClose,
  route,
}: {
  open: boolean;
  onClose: () => void;
  route?: ModelRoute | undefined;
}): ReactNode {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={route === undefined ? "Add a route" : `Edit ${route.name}`}
      description="A name that callers say in model, and who answers it. A change is live at once and drops no request."
    >
      <RouteEditor route={route} onDone={onClose} />
    </Dialog>
  );
}

function RouteEditor({ route, onDone }: { route: ModelRoute | undefined; onDone: () => void }): ReactNode {
  const queries = useQueryClient();
  const callable = useQuery(callableQuery).data ?? [];
  const [form, setForm] = useState(route === undefined ? blankRouteForm : routeForm(route));
  const change = (part: Partial<RouteForm>): void => setForm({ ...form, ...part });
  const save = useMutation({
    mutationFn: () =>
      route === undefined
        ? client.createModelRoute({ body: routeSpec(form) })
        : client.updateModelRoute({ params: { id: route.name }, body: routeChange(form) }),
    onSuccess: ({ name }) => {
      void queries.invalidateQueries({ queryKey: queryKeys.routes });
      toast({ title: `${name} is live.` });
      onDone();
    },
    meta: { toldInPlace: true },
  });
  const failure = save.error === null ? undefined : failureOf(save.error);
  const problem = (param: string): string | undefined =>
    failure?.param === param || failure?.param?.startsWith(`${param}.`) === true
      ? failure.message
      : undefined;
  const targetProblem = (index: number): string | undefined =>
    problem(`targets[${index}]`) ?? problem(`targets.${index}`);
  return (
    <SavingForm
      onSave={() => save.mutate()}
      action={route === undefined ? "Add it" : "Save it"}
      disabled={form.targets.length === 0 || save.isPending}
      failure={failure}
      tells={(param) => /^(name|match|targets[.[]|retries|firstTokenSeconds|cache)/.test(param)}
    >
      <div className={fieldColumns}>
        {route === undefined && (
          <TextInput
            label="Name"
            required
            placeholder={form.match === "regex" ? "gpt-4.*" : "chat"}
            error={problem("name")}
            value={form.name}
            onChange={(name) => change({ name })}
          />
        )}
        <Field label="Answers to" error={problem("match")} hint={matchWords[form.match].note}>
          {(ids) => (
            <Select
              id={ids.id}
              describedBy={ids["aria-describedby"]}
              value={form.match}
              onChange={(match) => change({ match: match as RouteForm["match"] })}
              choices={Object.entries(matchWords).map(([value, { title }]) => ({ value, label: title }))}
            />
          )}
        </Field>
        <Field label="Strategy" hint={strategyWords[form.strategy].note}>
          {(ids) => (
            <Select
              id={ids.id}
              describedBy={ids["aria-describedby"]}
              value={form.strategy}
              onChange={(strategy) => change({ strategy: strategy as RouteStrategy })}
              choices={Object.entries(strategyWords).map(([value, { title }]) => ({ value, label: title }))}
            />
          )}
        </Field>
      </div>
      <RouteTargetsFields
        form={form}
        onChange={(targets) => change({ targets })}
        options={callable
          .filter(({ id }) => id !== form.name)
          .map(({ id, owned_by: owner }) => ({ value: id, title: id, note: owner }))}
        problemAt={targetProblem}
      />
      <More title="Retries, cache, log">
        <div className={fieldColumns}>
          <TextInput
            label="Retries"
            numeric
            placeholder="2"
            hint="Further tries after the first, before the first byte only."
            error={problem("retries")}
            value={form.retries}
            onChange={(retries) => change({ retries })}
          />
          <TextInput
            label="Seconds to the first token"
            numeric
            hint="Then the next target is asked. No bound when empty."
            error={problem("firstTokenSeconds")}
            value={form.firstTokenSeconds}
            onChange={(firstTokenSeconds) => change({ firstTokenSeconds })}
          />
          <Field label="Equal requests" error={problem("cache")}>
            {(ids) => (
              <Select
                id={ids.id}
                value={form.caches}
                onChange={(caches) => change({ caches: caches as RouteForm["caches"] })}
                choices={[
                  { value: "no", label: "Are each answered anew" },
                  {
                    value: "deterministic",
                    label: "From memory, where sure to be equal",
                    note: "With temperature 0 or a seed",
                  },
                  { value: "all", label: "From memory, all", note: "Also those left to chance" },
                ]}
              />
            )}
          </Field>
          {form.caches !== "no" && (
            <TextInput
              label="Remembered for minutes"
              numeric
              required
              value={form.cacheMinutes}
              onChange={(cacheMinutes) => change({ cacheMinutes })}
            />
          )}
        </div>
        <CheckBox
          label="Keep requests and answers"
          hint="For the request log: who may read that may read them."
          checked={form.logBodies}
          onChange={(logBodies) => change({ logBodies })}
        />
      </More>
    </SavingForm>
  );
}
