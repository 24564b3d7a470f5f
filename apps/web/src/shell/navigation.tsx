import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import { LogOut, Search } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import { logOut, modelListingQuery, servicesQuery } from "../api/queries.ts";
import { formatCount } from "../format/size.ts";
import { IconButton } from "../parts/button.tsx";
import { BrandMark } from "./brand.tsx";
import { openPalette } from "./palette-state.ts";
import { rooms, type Room } from "./rooms.ts";
import { ThemeChoice } from "./theme-choice.tsx";
import { isOver } from "../services/service-state.tsx";

/** The left column of a wide page, and the drawer of a narrow one. */
export function Navigation({ onLeave }: { onLeave?: () => void }): ReactNode {
  return (
    <nav aria-label="Main" className="flex h-full flex-col gap-0.5 px-2.5 py-3.5">
      <Link
        to="/"
        onClick={onLeave}
        className="flex items-center gap-2 rounded px-2 pb-3 font-[650] tracking-[-0.01em]"
      >
        <BrandMark />
        Berth
      </Link>
      {rooms.map((group, index) => (
        <Fragment key={group[0]?.to}>
          {index > 0 && <hr className="mx-1.5 my-1.5 border-line" />}
          {group.map((room) => (
            <RoomLink key={room.to} room={room} onLeave={onLeave} />
          ))}
        </Fragment>
      ))}
      <div className="mt-auto flex flex-col gap-2.5 pt-4">
        <button
          type="button"
          onClick={() => {
            onLeave?.();
            openPalette();
          }}
          className="flex items-center gap-2 rounded-md px-2 py-1 text-left text-sm text-ink-2 hover:text-ink"
        >
          <Search size={14} aria-hidden />
          Find anything
          <kbd className="ml-auto rounded border border-line bg-panel px-1.5 text-[11px]">Ctrl K</kbd>
        </button>
        <div className="flex items-center justify-between px-1">
          <ThemeChoice />
          <LogOutButton />
        </div>
      </div>
    </nav>
  );
}

function RoomLink({
  room: { to, title, Icon, counts },
  onLeave,
}: {
  room: Room;
  onLeave: (() => void) | undefined;
}): ReactNode {
  return (
    <Link
      to={to}
      onClick={onLeave}
      className="flex items-center gap-2.5 rounded-[5px] px-2 py-[5px] text-ink-2 hover:text-ink"
      activeProps={{ className: "bg-accent-soft text-accent! font-[550]" }}
    >
      <Icon size={15} aria-hidden className="shrink-0 opacity-80" />
      {title}
      {counts !== undefined && <Count of={counts} />}
    </Link>
  );
}

function Count({ of }: { of: "services" | "models" }): ReactNode {
  const services = useQuery({
    ...servicesQuery,
    enabled: of === "services",
    select: (list) => list.filter((one) => !isOver(one.status)).length,
  });
  const models = useQuery({
    ...modelListingQuery,
    enabled: of === "models",
    select: ({ data }) => data.length,
  });
  const count = of === "services" ? services.data : models.data;
  if (count === undefined) return null;
  return <span className="ml-auto font-mono text-xs font-normal text-ink-3">{formatCount(count)}</span>;
}

function LogOutButton(): ReactNode {
  const { queryClient } = useRouter().options.context;
  const navigate = useNavigate();
  return (
    <IconButton
      label="Log out"
      onClick={() => void logOut(queryClient).then(() => navigate({ to: "/login" }))}
    >
      <LogOut size={15} aria-hidden />
    </IconButton>
  );
}
