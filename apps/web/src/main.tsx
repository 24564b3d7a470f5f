/** The browser console: everything a person does with Berth, through `@berth/client` alone. It decides nothing itself. */
import "./styles/console.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueries } from "./api/create-queries.ts";
import { isConnectionFailure } from "./api/failure.ts";
import { sessionQuery } from "./api/queries.ts";
import { createConsoleRouter, fetchPageOf } from "./router.tsx";

const queryClient = createQueries(() => void router.invalidate());
const router = createConsoleRouter(queryClient);

// the page's own file and the session travel together, not one after the other
fetchPageOf(router, location.pathname);
void queryClient.prefetchQuery(sessionQuery);

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
createRoot(root, {
  // a lost connection is told by the page in words; everything else caught is a mistake of ours
  onCaughtError: (error) => {
    if (!isConnectionFailure(error)) console.error(error);
  },
}).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
