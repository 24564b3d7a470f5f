import type { Route } from "./route.ts";
import { systemRoutes } from "./routes/system.ts";
import { profileRoutes } from "./routes/profiles.ts";
import { loginRoutes } from "./routes/logins.ts";
import { modelRoutes } from "./routes/models.ts";
import { downloadRoutes } from "./routes/downloads.ts";
import { imageRoutes } from "./routes/images.ts";
import { serviceRoutes } from "./routes/services.ts";
import { endpointRoutes } from "./routes/endpoints.ts";
import { jobRoutes, workerRoutes } from "./routes/jobs.ts";
import { secretRoutes } from "./routes/secrets.ts";
import { providerRoutes } from "./routes/providers.ts";
import { modelRouteRoutes } from "./routes/model-routes.ts";
import { keyRoutes } from "./routes/keys.ts";
import { usageRoutes } from "./routes/usage.ts";
import { eventRoutes } from "./routes/events.ts";
import { sessionRoutes } from "./routes/session.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { summaryRoutes } from "./routes/summaries.ts";

/** Every management route. The names are the client's methods and the server's handlers. */
export const routes = {
  ...systemRoutes,
  ...profileRoutes,
  ...loginRoutes,
  ...modelRoutes,
  ...downloadRoutes,
  ...imageRoutes,
  ...serviceRoutes,
  ...endpointRoutes,
  ...jobRoutes,
  ...workerRoutes,
  ...secretRoutes,
  ...providerRoutes,
  ...modelRouteRoutes,
  ...keyRoutes,
  ...usageRoutes,
  ...eventRoutes,
  ...sessionRoutes,
  ...conversationRoutes,
  ...summaryRoutes,
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
