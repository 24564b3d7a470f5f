import type { Service } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { servicesQuery } from "../api/queries.ts";
import { loraWords } from "../lora/lora-words.ts";
import { Button, buttonClass } from "../parts/button.tsx";
import { Card } from "../parts/page.tsx";
import { takesAdapters, useServiceActions } from "../services/service-actions.tsx";
import { ServiceReason } from "../services/service-reason.tsx";
import { isOver, ServiceState } from "../services/service-state.tsx";

const shownAtMost = 12;

/** Our own services beside the providers: what they hold in memory, to be loaded and unloaded. */
export function OwnServices(): ReactNode {
  const services = useQuery(servicesQuery).data ?? [];
  const actions = useServiceActions();
  const sorted = services.toSorted((a, b) => Number(isOver(a.status)) - Number(isOver(b.status)));
  return (
    <Card
      title="Berth's own services"
      aside={
        <Link to="/services" className="text-accent underline underline-offset-2">
          {services.length > shownAtMost ? `All ${services.length} services` : "All services"}
        </Link>
      }
      className="mt-4"
    >
      {services.length === 0 && (
        <p className="flex flex-wrap items-center gap-3 px-3.5 py-3 text-ink-2">
          None runs here.
          <Link to="/services/new" className={buttonClass()}>
            Start a service
          </Link>
        </p>
      )}
      <ul aria-label="Berth's own services">
        {sorted.slice(0, shownAtMost).map((service) => (
          <li
            key={service.id}
            className="grid grid-cols-[118px_minmax(0,1fr)_auto] items-start gap-x-3 border-b border-line px-3 py-2 last:border-0"
          >
            <ServiceState status={service.status} />
            <div className="min-w-0">
              <Link
                to="/services/$id"
                params={{ id: service.id }}
                className="font-[550] wrap-anywhere hover:underline"
              >
                {service.name}
              </Link>
              <span className="block text-sm wrap-anywhere text-ink-3">{modelWords(service)}</span>
              <ServiceReason service={service} />
            </div>
            <div className="flex flex-col gap-1.5 sm:flex-row">
              {takesAdapters(service) && (
                <Button onClick={() => actions.adapt(service)} aria-label={`LoRA … for ${service.name}`}>
                  LoRA …
                </Button>
              )}
              {isOver(service.status) ? (
                <Button onClick={() => actions.restart(service)} aria-label={`Load ${service.name}`}>
                  Load
                </Button>
              ) : (
                <Button
                  onClick={() => actions.stop(service)}
                  disabled={service.status === "STOPPING"}
                  aria-label={`Unload ${service.name}`}
                >
                  Unload
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {actions.dialog}
    </Card>
  );
}

function modelWords({ model, options }: Service): string {
  const words = model ?? "a command";
  return options.lora === undefined ? words : `${words} with ${loraWords(options.lora)}`;
}
