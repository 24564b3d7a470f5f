import type { ReactNode } from "react";
import { Empty } from "../parts/notice.tsx";

/** Why nothing can be found or fetched, and what still works. */
export function Offline(): ReactNode {
  return (
    <Empty title="Berth is offline: the hub is not asked">
      <p>
        <code className="font-mono text-sm">HF_HUB_OFFLINE</code> is set for the server, or the hub cannot be
        reached. Installed models go on working. Models that others put on this machine can be added by their
        path, and a mirror can be named with <code className="font-mono text-sm">HF_ENDPOINT</code>.
      </p>
    </Empty>
  );
}
