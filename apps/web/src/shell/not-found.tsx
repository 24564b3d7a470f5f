import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { buttonClass } from "../parts/button.tsx";
import { Empty } from "../parts/notice.tsx";

export function NotFound(): ReactNode {
  return (
    <Empty title="There is no such page">
      <p>The address may be mistyped, or what it showed may have been removed.</p>
      <p className="mt-4">
        <Link to="/" className={buttonClass()}>
          To the start
        </Link>
      </p>
    </Empty>
  );
}
