import type { StaleListing } from "@berth/api";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { buttonClass } from "../parts/button.tsx";
import { Ago } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";

/** Which places could not be looked at, why, and how old what is shown of them is. */
export function StaleListings({
  listings,
  what,
}: {
  listings: readonly StaleListing[];
  what: "models" | "images";
}): ReactNode {
  return listings.map(({ profile, seenAt, reason }) => (
    <div key={profile} className="mb-4">
      <Notice
        look="warn"
        title={`${profile} cannot be looked at now`}
        action={
          <Link to="/profiles" className={buttonClass()}>
            Profiles
          </Link>
        }
      >
        <p className="text-sm text-ink-2">
          {seenAt === null ? (
            `Its ${what} have never been seen.`
          ) : (
            <>
              Its {what} are shown as they were seen <Ago at={seenAt} />.
            </>
          )}{" "}
          {reason}
        </p>
      </Notice>
    </div>
  ));
}

/** The mark of one row that comes from such a place. */
export function LastSeen({ profile, stale }: { profile: string; stale: readonly StaleListing[] }): ReactNode {
  const listing = stale.find((one) => one.profile === profile);
  if (listing?.seenAt == null) return null;
  return (
    <span className="block text-sm text-warn">
      ▲ seen <Ago at={listing.seenAt} />
    </span>
  );
}
