/**
 * The Gradio versions whose wire the double speaks, oldest first.
 *
 * All but 4.20.0 are as recorded from running apps on 2026-11-29 (a `Blocks`, and a `ChatInterface` where it is
 * 3.50.2, 4.44.1 or 6.31.0); 4.20.0, and what apps do not show, such as a full queue, is from gradio-app/gradio's
 * `routes.py`, `queueing.py` and `server_messages.py` at the tags.
 */
const versions = ["3.50.2", "4.0.2", "4.16.0", "4.20.0", "4.21.0", "4.44.1", "6.31.0"] as const;

export type GradioVersion = (typeof versions)[number];

export type GradioProtocol = "ws" | "sse" | "sse_v1" | "sse_v2" | "sse_v2.1" | "sse_v3";

/** What the version's `/config` names as its protocol; 3.x names none, and its clients take `ws` for granted. */
export const protocolOf: Readonly<Record<GradioVersion, GradioProtocol>> = {
  "3.50.2": "ws",
  "4.0.2": "sse",
  "4.16.0": "sse_v1",
  "4.20.0": "sse_v2",
  "4.21.0": "sse_v2.1",
  "4.44.1": "sse_v3",
  "6.31.0": "sse_v3",
};

/** Whether the version is that one or newer. */
export function since(version: GradioVersion, first: GradioVersion): boolean {
  return versions.indexOf(version) >= versions.indexOf(first);
}

/** Where the API lies: all but `/config` and `/login` moved below it with 5.0. */
export function apiPrefixOf(version: GradioVersion): "" | "/gradio_api" {
  return since(version, "6.31.0") ? "/gradio_api" : "";
}
