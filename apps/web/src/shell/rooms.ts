import type { LucideIcon } from "lucide-react";
import {
  Boxes,
  ChartColumn,
  Columns3,
  FolderTree,
  Gauge,
  KeyRound,
  ListChecks,
  ListOrdered,
  Lock,
  MessageSquare,
  Mic,
  Plug,
  Route,
  ScrollText,
  Server,
  Waypoints,
} from "lucide-react";

/** A page of the navigation. Rooms appear here when they exist, in the order of the design. */
export interface Room {
  readonly to:
    | "/chat"
    | "/compare"
    | "/transcribe"
    | "/summarize"
    | "/services"
    | "/endpoints"
    | "/jobs"
    | "/models"
    | "/providers"
    | "/routes"
    | "/usage"
    | "/requests"
    | "/keys"
    | "/secrets"
    | "/profiles"
    | "/system";
  readonly title: string;
  readonly Icon: LucideIcon;
  /** Which list's length stands beside its name. */
  readonly counts?: "services" | "models";
}

/** Groups, drawn with a line between them. */
export const rooms: readonly (readonly Room[])[] = [
  [
    { to: "/chat", title: "Chat", Icon: MessageSquare },
    { to: "/compare", title: "Compare", Icon: Columns3 },
    { to: "/transcribe", title: "Transcribe", Icon: Mic },
    { to: "/summarize", title: "Summarize", Icon: ScrollText },
  ],
  [
    { to: "/services", title: "Services", Icon: Server, counts: "services" },
    { to: "/endpoints", title: "Endpoints", Icon: Waypoints },
    { to: "/jobs", title: "Jobs", Icon: ListChecks },
  ],
  [
    { to: "/models", title: "Models", Icon: Boxes, counts: "models" },
    { to: "/providers", title: "Providers", Icon: Plug },
    { to: "/routes", title: "Routes", Icon: Route },
  ],
  [
    { to: "/usage", title: "Usage", Icon: ChartColumn },
    { to: "/requests", title: "Requests", Icon: ListOrdered },
    { to: "/keys", title: "Keys", Icon: KeyRound },
    { to: "/secrets", title: "Secrets", Icon: Lock },
  ],
  [
    { to: "/profiles", title: "Profiles", Icon: FolderTree },
    { to: "/system", title: "System", Icon: Gauge },
  ],
];
