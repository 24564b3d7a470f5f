import type { Service } from "@berth/api";
import { briefTime, relativeTime } from "../terminal/relative-time.ts";
import type { Style } from "../terminal/style.ts";
import type { Column } from "../terminal/table.ts";
import { statusPaint } from "./status-paint.ts";

/** What `berth ls` shows of services. */
export function serviceColumns(style: Style, nowMs: number): readonly Column<Service>[] {
  return [
    { title: "SERVICE ID", cell: ({ id }) => shortId(id) },
    { title: "IMAGE", cell: ({ image }) => image, shrinkTo: 8, expendable: 3 },
    { title: "MODEL", cell: ({ model }) => model ?? "-", shrinkTo: 12, expendable: 1 },
    {
      title: "CREATED",
      cell: ({ createdAt }) => relativeTime(createdAt, nowMs),
      brief: ({ createdAt }) => briefTime(createdAt, nowMs),
      expendable: 4,
    },
    {
      title: "UPDATED",
      cell: ({ updatedAt }) => relativeTime(updatedAt, nowMs),
      brief: ({ updatedAt }) => briefTime(updatedAt, nowMs),
      expendable: 5,
    },
    { title: "STATUS", cell: ({ status }) => status, paint: ({ status }) => statusPaint(status, style) },
    { title: "PORT", cell: ({ port }) => (port === null ? "-" : String(port)) },
    { title: "NAME", cell: ({ name }) => name, shrinkTo: 8 },
    { title: "PROFILE", cell: ({ profile }) => profile, shrinkTo: 7, expendable: 2 },
  ];
}

/** As much of an id as tells services apart in practice; commands take any start of an id. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
