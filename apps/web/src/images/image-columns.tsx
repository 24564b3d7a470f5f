import type { ContainerImage, StaleListing } from "@berth/api";
import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes } from "../format/size.ts";
import { LastSeen } from "../models/stale-listings.tsx";
import { IconButton } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Ago } from "../parts/moment.tsx";
import { Sub, type Column } from "../table/data-table.tsx";

const places: Record<ContainerImage["location"], string> = {
  home: "home",
  cache: "shared cache",
  docker: "Docker",
  podman: "Podman",
};

/** What people call the image. */
export function imageTitle({ name, tag }: Pick<ContainerImage, "name" | "tag">): string {
  return tag === null ? name : `${name}:${tag}`;
}

export function imageColumns(
  onDelete: (image: ContainerImage) => void,
  stale: readonly StaleListing[],
): readonly Column<ContainerImage>[] {
  return [
    {
      name: "name",
      title: "Image",
      cell: (image) => <Name image={image} stale={stale} />,
      sortBy: imageTitle,
    },
    {
      name: "digest",
      title: "Digest",
      from: "xl",
      width: "w-[340px]",
      cell: ({ digest }) => (digest === null ? "–" : <Copyable text={digest} what="the digest" />),
    },
    {
      name: "size",
      title: "Size",
      from: "md",
      width: "w-[96px]",
      align: "right",
      cell: ({ sizeBytes }) => formatBytes(sizeBytes),
      sortBy: ({ sizeBytes }) => sizeBytes,
    },
    {
      name: "made",
      title: "Made",
      from: "lg",
      width: "w-[120px]",
      cell: ({ createdAt }) => <Ago at={createdAt} />,
      sortBy: ({ createdAt }) => -createdAt,
    },
    {
      name: "place",
      title: "Place",
      from: "md",
      width: "w-[132px]",
      cell: ({ location, profile }) => (
        <>
          {places[location]}
          <Sub>{profile}</Sub>
          <LastSeen profile={profile} stale={stale} />
        </>
      ),
      sortBy: ({ profile }) => profile,
    },
    {
      name: "actions",
      title: "",
      width: "w-[56px]",
      cell: (image) =>
        image.location === "home" ? (
          <IconButton label={`Delete ${imageTitle(image)}`} onClick={() => onDelete(image)}>
            <Trash2 size={14} aria-hidden />
          </IconButton>
        ) : null,
    },
  ];
}

function Name({ image, stale }: { image: ContainerImage; stale: readonly StaleListing[] }): ReactNode {
  const { path, source, sizeBytes, location, profile } = image;
  return (
    <>
      <span className="font-[550] wrap-anywhere">{imageTitle(image)}</span>
      <Sub mono>{path ?? source ?? ""}</Sub>
      <span className="block text-sm text-ink-2 md:hidden">
        {[formatBytes(sizeBytes), places[location], profile].join(" · ")}
        <LastSeen profile={profile} stale={stale} />
      </span>
    </>
  );
}
