import { Outlet, useLocation } from "@tanstack/react-router";
import { Menu, Search } from "lucide-react";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { useLiveChanges } from "../api/use-live-changes.ts";
import { IconButton } from "../parts/button.tsx";
import { Sheet } from "../parts/dialogs.tsx";
import { toasts } from "../parts/toasts.ts";
import { useStore } from "../state/store.ts";
import { BrandMark } from "./brand.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { Navigation } from "./navigation.tsx";
import { openPalette, paletteOpen } from "./palette-state.ts";
import { fetchPart } from "../parts/fetch-part.ts";

const Toaster = lazy(async () => ({
  default: (await fetchPart(() => import("../parts/toaster.tsx"))).Toaster,
}));
const loadPalette = () => import("./palette.tsx");
const Palette = lazy(async () => ({ default: (await fetchPart(loadPalette)).Palette }));

/** What stands around every page but the log-in. */
export function Shell(): ReactNode {
  useLiveChanges();
  usePaletteKey();
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[212px_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-70 focus:rounded-md focus:bg-accent focus:px-3 focus:py-1.5 focus:text-accent-ink"
      >
        Skip to the page
      </a>
      <aside className="sticky top-0 h-dvh overflow-y-auto border-r border-line bg-sunk max-md:hidden">
        <Navigation />
      </aside>
      <TopBar />
      <div className="min-w-0">
        <ConnectionBanner />
        <main id="main" tabIndex={-1} className="outline-none">
          <Outlet />
        </main>
      </div>
      <ToasterSlot />
      <PaletteSlot />
      <PageAnnouncer />
    </div>
  );
}

function TopBar(): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-1 border-b border-line bg-sunk px-2 md:hidden">
      <IconButton label="Open the navigation" onClick={() => setOpen(true)}>
        <Menu size={18} aria-hidden />
      </IconButton>
      <span className="flex grow items-center gap-2 font-[650]">
        <BrandMark size={18} />
        Berth
      </span>
      <IconButton label="Find anything" onClick={openPalette}>
        <Search size={17} aria-hidden />
      </IconButton>
      <Sheet open={open} onClose={() => setOpen(false)} title="Navigation" side="left">
        <Navigation onLeave={() => setOpen(false)} />
      </Sheet>
    </header>
  );
}

/** Remarks are rare: what shows them comes with the first. */
function ToasterSlot(): ReactNode {
  const [needed, setNeeded] = useState(false);
  const some = useStore(toasts).length > 0;
  if (some && !needed) setNeeded(true);
  return needed ? (
    <Suspense>
      <Toaster />
    </Suspense>
  ) : null;
}

function PaletteSlot(): ReactNode {
  const open = useStore(paletteOpen);
  return open ? (
    <Suspense>
      <Palette onClose={() => paletteOpen.set(false)} />
    </Suspense>
  ) : null;
}

function usePaletteKey(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // the first half of Ctrl-K is time enough to fetch what the second half opens
      if (event.key === "Control" || event.key === "Meta") void loadPalette();
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      paletteOpen.set(!paletteOpen.get());
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

/** Says a new page's name to those who do not see it appear. */
function PageAnnouncer(): ReactNode {
  const { pathname } = useLocation();
  const [title, setTitle] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setTitle(document.title), 300);
    return () => clearTimeout(timer);
  }, [pathname]);
  return (
    <p role="status" className="sr-only">
      {title}
    </p>
  );
}
