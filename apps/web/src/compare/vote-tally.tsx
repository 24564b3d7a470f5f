import { Star, X } from "lucide-react";
import type { ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { IconButton } from "../parts/button.tsx";
import { toast } from "../parts/toasts.ts";
import { useStore } from "../state/store.ts";
import { ranking, setVotes, votes } from "./votes.ts";

/** How often each model was called the best in this browser. */
export function VoteTally(): ReactNode {
  const now = useStore(votes);
  const ranked = ranking(now);
  if (ranked.length === 0) return null;
  const forget = (): void => {
    setVotes({});
    toast({ title: "The votes are forgotten.", action: { label: "Undo", run: () => setVotes(now) } });
  };
  return (
    <div className="flex min-w-0 items-center gap-1">
      <Star size={13} aria-hidden className="shrink-0 text-ink-3" />
      <ul
        aria-label="Times called the best"
        className="flex min-w-0 flex-wrap gap-x-3 font-mono text-xs text-ink-2"
      >
        {ranked.map(([model, count]) => (
          <li key={model} className="wrap-anywhere">
            {model} <b className="font-medium text-ink">{formatCount(count)}</b>
          </li>
        ))}
      </ul>
      <IconButton label="Forget the votes" onClick={forget} className="size-7">
        <X size={13} aria-hidden />
      </IconButton>
    </div>
  );
}
