import type { Provider } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Pencil, Power, Stethoscope, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { providerTestQuery, queryKeys, routesQuery } from "../api/queries.ts";
import { ConfirmDialog } from "../parts/dialogs.tsx";
import type { MenuAction } from "../parts/menu.tsx";
import { toast } from "../parts/toasts.ts";
import { ProviderDialog } from "./provider-dialogs.tsx";
import { providerLoss } from "./provider-loss.ts";

type Question = { readonly kind: "edit" | "remove"; readonly provider: Provider };

interface ProviderActions {
  readonly edit: (provider: Provider) => void;
  /** Goes to the provider's page and tests it there. */
  readonly test: (name: string) => void;
  readonly menu: (provider: Provider) => MenuAction[];
  /** Must stand in the page. */
  readonly dialog: ReactNode;
}

/** What a person can do to a provider. */
export function useProviderActions(onRemoved?: () => void): ProviderActions {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [question, setQuestion] = useState<Question>();
  const reread = (): Promise<void> => queries.invalidateQueries({ queryKey: queryKeys.providers });
  const turn = useMutation({
    mutationFn: ({ name, enabled }: Provider) =>
      client.updateProvider({ params: { name }, body: { enabled: !enabled } }),
    onSuccess: async (after, before) => {
      await reread();
      const action = { label: "Undo", run: () => turn.mutate(after) };
      toast({ title: `${before.name} is switched ${after.enabled ? "on" : "off"}.`, action });
    },
  });
  const remove = useMutation({
    mutationFn: ({ name }: Provider) => client.deleteProvider({ params: { name } }),
    onSuccess: async (_, { name }) => {
      onRemoved?.();
      queries.removeQueries({ queryKey: [...queryKeys.providerTests, name] });
      await reread();
      toast({ title: `${name} is removed.` });
    },
  });
  const edit = (provider: Provider): void => setQuestion({ kind: "edit", provider });
  const test = (name: string): void => {
    // what it finds, a failure to ask too, is shown where it leads
    void queries.prefetchQuery(providerTestQuery(name));
    void navigate({ to: "/providers/$name", params: { name }, search: { tab: "test" } });
  };
  const close = (): void => setQuestion(undefined);
  return {
    edit,
    test,
    menu: (provider) => [
      { title: "Test", Icon: Stethoscope, run: () => test(provider.name) },
      { title: "Edit …", Icon: Pencil, run: () => edit(provider) },
      {
        title: provider.enabled ? "Switch off" : "Switch on",
        Icon: Power,
        run: () => turn.mutate(provider),
      },
      {
        title: "Remove …",
        Icon: Trash2,
        run: () => setQuestion({ kind: "remove", provider }),
        danger: true,
      },
    ],
    dialog: (
      <>
        <ProviderDialog
          open={question?.kind === "edit"}
          provider={question?.provider}
          onClose={close}
          onDone={({ name }) => {
            close();
            toast({ title: `${name} is saved; requests use it as it is now.` });
          }}
        />
        {question?.kind === "remove" && (
          <RemoveDialog
            provider={question.provider}
            onClose={close}
            onYes={() => remove.mutate(question.provider)}
          />
        )}
      </>
    ),
  };
}

function RemoveDialog({
  provider,
  onClose,
  onYes,
}: {
  provider: Provider;
  onClose: () => void;
  onYes: () => void;
}): ReactNode {
  const routes = useQuery(routesQuery).data ?? [];
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove ${provider.name}?`}
      loss={
        <>
          <ul className="flex list-disc flex-col gap-1 pl-5">
            {providerLoss(provider, routes).map((loss) => (
              <li key={loss}>{loss}</li>
            ))}
          </ul>
          <p className="mt-2">To only keep it from being asked, switch it off.</p>
        </>
      }
      action="Remove it"
      onConfirm={onYes}
    />
  );
}
