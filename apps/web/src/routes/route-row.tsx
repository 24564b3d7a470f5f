import type { ModelRoute } from "@berth/api";
import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { formatSpan } from "../format/time.ts";
import { Badge } from "../parts/badge.tsx";
import { IconButton } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Menu, type MenuAction } from "../parts/menu.tsx";
import { State } from "../parts/state.tsx";
import { matchWords, routeState, strategyWords, targetSigns, type Target } from "./target-state.tsx";

/** One route: what callers say, how a target is chosen, and how each stands. */
export function RouteRow({ route, menu }: { route: ModelRoute; menu: readonly MenuAction[] }): ReactNode {
  const { name, match, strategy, targets } = route;
  const groups = [...new Set(targets.map(({ group }) => group))].toSorted((a, b) => a - b);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-2 border-t border-line px-3.5 py-3 md:grid-cols-[minmax(0,4fr)_minmax(0,6fr)_auto]">
      <div className="min-w-0">
        <h2 className="flex flex-wrap items-baseline gap-x-2.5 gap-y-1">
          <Copyable text={name} what="the name" />
          <State {...targetSigns[routeState(targets)]} />
          {match !== "exact" && <Badge title={matchWords[match].note}>{matchWords[match].title}</Badge>}
        </h2>
        <p className="mt-0.5 text-ink-2" title={strategyWords[strategy].note}>
          {strategyWords[strategy].title}
        </p>
        <p className="text-sm text-ink-3">{routeFacts(route)}</p>
      </div>
      <div className="min-w-0 max-md:order-last max-md:col-span-2">
        {groups.map((group) => (
          <div key={group} className="mb-1.5 last:mb-0">
            {groups.length > 1 && (
              <p className="text-xs text-ink-3">{group === groups[0] ? "first" : "then"}</p>
            )}
            <ul aria-label={`Targets of ${name}, ${group === groups[0] ? "asked first" : "asked then"}`}>
              {targets
                .filter((one) => one.group === group)
                .map((target) => (
                  <li key={target.model} className="grid grid-cols-[108px_minmax(0,1fr)] gap-x-2 py-0.5">
                    <State {...targetSigns[target.status]} />
                    <span className="min-w-0">
                      <span className="font-mono text-sm wrap-anywhere">{targetLink(target)}</span>
                      {strategy === "weighted" && (
                        <span className="ml-2 text-sm text-ink-3">weight {target.weight}</span>
                      )}
                      {target.reason !== null && (
                        <span className="block text-sm wrap-anywhere text-ink-3">{target.reason}</span>
                      )}
                    </span>
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </div>
      <Menu
        actions={menu}
        trigger={
          <IconButton label={`What to do with ${name}`} className="-my-1">
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      />
    </li>
  );
}

function targetLink({ model }: Target): ReactNode {
  const [provider, rest] = model.split(/\/(.*)/s, 2);
  // a hub's model has a slash in its name too: the page says so when there is no such provider
  return rest === undefined ? (
    <Link to="/services/$id" params={{ id: model }} className="hover:underline">
      {model}
    </Link>
  ) : (
    <Link to="/providers/$name" params={{ name: provider ?? "" }} className="hover:underline">
      {model}
    </Link>
  );
}

function routeFacts({ retries, firstTokenSeconds, cache, logBodies }: ModelRoute): string {
  return [
    retries === 1 ? "1 retry" : `${retries} retries`,
    firstTokenSeconds === null ? undefined : `first token within ${firstTokenSeconds} s`,
    cache === null
      ? undefined
      : `${cache.which === "all" ? "all equal requests" : "sure equals"} from memory for ${formatSpan(cache.ttlSeconds * 1000)}`,
    logBodies ? "bodies kept" : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
}
