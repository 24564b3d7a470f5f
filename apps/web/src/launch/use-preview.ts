import type { CreateService, LaunchPreview } from "@berth/api";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client } from "../api/client.ts";
import { failureOf, type Failure } from "../api/failure.ts";

/** So long the form must have stood still before the server is asked. */
const stillForMs = 250;

export interface PreviewState {
  /** Of the form as it stands, or as it stood a moment ago. */
  readonly preview: LaunchPreview | undefined;
  readonly failure: Failure | undefined;
  readonly isCurrent: boolean;
}

/** What the server says a launch would do, asked anew whenever the form has changed and rested. */
export function usePreview(body: CreateService | undefined): PreviewState {
  const text = body === undefined ? "" : JSON.stringify(body);
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), stillForMs);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ["preview", asked],
    queryFn: ({ signal }) => client.previewService({ body: JSON.parse(asked) as CreateService, signal }),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
    staleTime: 5000,
    gcTime: 60_000,
  });
  if (body === undefined) return { preview: undefined, failure: undefined, isCurrent: true };
  return {
    preview: error === null ? data : undefined,
    failure: error === null ? undefined : failureOf(error),
    isCurrent: asked === text && !isPlaceholderData,
  };
}
