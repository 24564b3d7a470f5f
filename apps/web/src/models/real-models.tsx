import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Suggestions } from "./suggestions.tsx";

/** Models to go on with, for those who have only the toy or none. */
export function RealModels(): ReactNode {
  return (
    <section aria-label="Real models" className="overflow-hidden rounded-lg border border-line bg-panel">
      <h3 className="border-b border-line px-3.5 py-2.5 text-[13px] font-semibold">
        Real models to go on with, from the hub
      </h3>
      <Suggestions />
      <p className="px-3.5 py-2 text-sm text-ink-2">
        Sizes are about right.{" "}
        <Link to="/models/hub" className="text-accent underline underline-offset-2">
          Find others
        </Link>
      </p>
    </section>
  );
}
