import type { Service } from "@berth/api";
import { Link } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button, buttonClass } from "../parts/button.tsx";
import { Ago } from "../parts/moment.tsx";
import type { ServiceActions } from "./service-actions.tsx";
import { LogLines, ServiceDiagnosis } from "./service-diagnosis.tsx";
import { isFailure } from "./service-state.tsx";

/** What went wrong, then the lines that prove it, then the button that tries again. */
export function ServiceFailure({
  service,
  actions,
}: {
  service: Service;
  actions: ServiceActions;
}): ReactNode {
  const { status, statusReason, logTail, endedAt, model, diagnosis, profile } = service;
  if (!isFailure(status)) return null;
  return (
    <section aria-label="What went wrong" className="mb-4 rounded-lg border border-bad/50 bg-bad-soft">
      <div className="px-3.5 py-3">
        <p className="font-[550] wrap-anywhere text-bad">
          <span aria-hidden className="mr-1.5 text-[11px]">
            ✕
          </span>
          {diagnosis?.summary ?? statusReason ?? "It ended, and left no reason."}
        </p>
        {diagnosis !== null && statusReason !== null && (
          <p className="mt-0.5 text-sm wrap-anywhere text-ink-2">{statusReason}</p>
        )}
        {endedAt !== null && (
          <p className="mt-0.5 text-sm text-ink-2">
            <Ago at={endedAt} />
          </p>
        )}
      </div>
      {diagnosis !== null ? (
        <ServiceDiagnosis diagnosis={diagnosis} />
      ) : (
        logTail !== null && logTail.length > 0 && <LogLines label="Last lines of the log" lines={logTail} />
      )}
      <div className="flex flex-wrap gap-2 px-3.5 py-3">
        <Button look="primary" onClick={() => actions.restart(service)} disabled={actions.busy}>
          <RotateCw size={14} aria-hidden />
          Start again
        </Button>
        {service.command === null && model !== null && (
          <Link to="/services/new" search={{ model, profile }} className={buttonClass()}>
            Launch with other options
          </Link>
        )}
      </div>
    </section>
  );
}
