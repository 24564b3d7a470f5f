import type { Service } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Layers, MessageSquare, RotateCw, ScrollText, Square, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { LoraDialog } from "../lora/lora-dialogs.ts";
import { takesLora } from "../lora/lora-words.ts";
import { ConfirmDialog } from "../parts/dialogs.tsx";
import type { MenuAction } from "../parts/menu.tsx";
import { toast } from "../parts/toasts.ts";
import { isOver } from "./service-state.tsx";

type Question = { readonly kind: "stop" | "remove" | "adapt"; readonly service: Service };

export interface ServiceActions {
  readonly stop: (service: Service) => void;
  readonly restart: (service: Service) => void;
  readonly remove: (service: Service) => void;
  /** Loads it with other LoRA adapters. */
  readonly adapt: (service: Service) => void;
  readonly busy: boolean;
  /** Must stand in the page: it asks before something is lost. */
  readonly dialog: ReactNode;
}

/** What a person can do to a service. Asks first where requests would be cut off or files lost. */
export function useServiceActions(onRemoved?: () => void): ServiceActions {
  const queries = useQueryClient();
  const [question, setQuestion] = useState<Question>();
  const accept = (service: Service): void => applyChange(queries, { type: "service", service });
  const restart = useMutation({
    mutationFn: (service: Service) => client.restartService({ params: { id: service.id } }),
    onSuccess: accept,
  });
  const stop = useMutation({
    mutationFn: (service: Service) => client.stopService({ params: { id: service.id } }),
    onSuccess: (service) => {
      accept(service);
      const action = { label: "Start again", run: () => restart.mutate(service) };
      toast({ title: `${service.name} is stopping.`, action });
    },
  });
  const remove = useMutation({
    mutationFn: (service: Service) => client.deleteService({ params: { id: service.id } }),
    onSuccess: (_, service) => {
      applyChange(queries, { type: "service-removed", id: service.id });
      toast({ title: `${service.name} is removed.` });
      onRemoved?.();
    },
  });
  return {
    stop: (service) => (service.inFlight > 0 ? setQuestion({ kind: "stop", service }) : stop.mutate(service)),
    restart: (service) => restart.mutate(service),
    remove: (service) => setQuestion({ kind: "remove", service }),
    adapt: (service) => setQuestion({ kind: "adapt", service }),
    busy: restart.isPending || stop.isPending || remove.isPending,
    dialog: (
      <ServiceQuestion
        question={question}
        onClose={() => setQuestion(undefined)}
        onYes={({ kind, service }) => (kind === "stop" ? stop : remove).mutate(service)}
      />
    ),
  };
}

function ServiceQuestion({
  question,
  onClose,
  onYes,
}: {
  question: Question | undefined;
  onClose: () => void;
  onYes: (question: Question) => void;
}): ReactNode {
  if (question === undefined) return null;
  if (question.kind === "adapt") return <LoraDialog open onClose={onClose} service={question.service} />;
  const { name, inFlight, port } = question.service;
  const stopping = question.kind === "stop";
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={stopping ? `Stop ${name}?` : `Remove ${name}?`}
      loss={
        stopping ? (
          <p>
            It is answering {inFlight === 1 ? "one request" : `${inFlight} requests`}. Those that do not end
            while it drains are cut off. It can be started again.
          </p>
        ) : (
          <p>
            Its events and its log are deleted{port !== null && `, and port ${port} becomes free`}. This
            cannot be undone. The model's files stay.
          </p>
        )
      }
      action={stopping ? "Stop it" : "Remove it"}
      onConfirm={() => onYes(question)}
    />
  );
}

export function takesAdapters({ engine, task }: Service): boolean {
  return task === "text-generation" && takesLora(engine);
}

/** The actions that make sense for the service as it is, for its menu. */
export function useServiceMenu(actions: ServiceActions): (service: Service) => MenuAction[] {
  const navigate = useNavigate();
  return (service) => {
    const over = isOver(service.status);
    const menu: MenuAction[] = [];
    if (service.task === "text-generation" && !over)
      menu.push({
        title: "Chat with it",
        Icon: MessageSquare,
        run: () => void navigate({ to: "/chat", search: { model: service.name } }),
      });
    menu.push({
      title: "Logs",
      Icon: ScrollText,
      run: () => void navigate({ to: "/services/$id", params: { id: service.id }, search: { tab: "logs" } }),
    });
    menu.push({
      title: over ? "Start again" : "Restart",
      Icon: RotateCw,
      run: () => actions.restart(service),
    });
    if (takesAdapters(service))
      menu.push({ title: "LoRA adapters …", Icon: Layers, run: () => actions.adapt(service) });
    if (over)
      menu.push({ title: "Remove …", Icon: Trash2, run: () => actions.remove(service), danger: true });
    else if (service.status !== "STOPPING")
      menu.push({ title: "Stop", Icon: Square, run: () => actions.stop(service) });
    return menu;
  };
}
