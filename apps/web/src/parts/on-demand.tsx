import { lazy, Suspense, type ComponentType, type ReactNode } from "react";
import { fetchPart } from "./fetch-part.ts";

/** A part that is fetched when it first opens, so that pages which never open it never carry it. */
export function onDemand<Props extends { readonly open: boolean }>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactNode {
  const Part = lazy(async () => ({ default: await fetchPart(load) }));
  return function OnDemand(props) {
    return props.open ? (
      <Suspense>
        <Part {...props} />
      </Suspense>
    ) : null;
  };
}
