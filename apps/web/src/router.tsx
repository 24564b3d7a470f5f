import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { sessionQuery } from "./api/queries.ts";
import { NotFound } from "./shell/not-found.tsx";
import { RouteProblem } from "./shell/route-problem.tsx";
import { Shell } from "./shell/shell.tsx";
import { words } from "./state/search.ts";

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ notFoundComponent: NotFound });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: words("next"),
  component: lazyRouteComponent(() => import("./login/login-page.tsx"), "LoginPage"),
});

/** Everything behind the log-in, inside the shell. */
const insideRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ context: { queryClient }, location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session.authenticated || session.open) return;
    throw redirect({ to: "/login", search: location.href === "/" ? {} : { next: location.href } });
  },
});

const inside = () => insideRoute;

const homeRoute = createRoute({
  getParentRoute: inside,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/chat" });
  },
});

const chatRoute = createRoute({
  getParentRoute: inside,
  path: "/chat",
  validateSearch: words("model"),
  component: lazyRouteComponent(() => import("./chat/chat-page.tsx"), "ChatPage"),
});

// the page above draws both, so that nothing is lost when a new chat gets its address
const savedChatRoute = createRoute({ getParentRoute: () => chatRoute, path: "$id" });

const compareRoute = createRoute({
  getParentRoute: inside,
  path: "/compare",
  validateSearch: words("m"),
  component: lazyRouteComponent(() => import("./compare/compare-page.tsx"), "ComparePage"),
});

const transcribeRoute = createRoute({
  getParentRoute: inside,
  path: "/transcribe",
  validateSearch: words("model"),
  component: lazyRouteComponent(() => import("./speech/transcribe-page.tsx"), "TranscribePage"),
});

const summarizeRoute = createRoute({
  getParentRoute: inside,
  path: "/summarize",
  validateSearch: words("model"),
  component: lazyRouteComponent(() => import("./summaries/summarize-page.tsx"), "SummarizePage"),
});

const servicesRoute = createRoute({
  getParentRoute: inside,
  path: "/services",
  validateSearch: words("q", "sort", "status", "profile"),
  component: lazyRouteComponent(() => import("./services/services-page.tsx"), "ServicesPage"),
});

const launchRoute = createRoute({
  getParentRoute: inside,
  path: "/services/new",
  validateSearch: words("model", "kind", "profile"),
  component: lazyRouteComponent(() => import("./launch/launch-page.tsx"), "LaunchPage"),
});

const serviceRoute = createRoute({
  getParentRoute: inside,
  path: "/services/$id",
  validateSearch: words("tab"),
  component: lazyRouteComponent(() => import("./services/service-page.tsx"), "ServicePage"),
});

const endpointsRoute = createRoute({
  getParentRoute: inside,
  path: "/endpoints",
  validateSearch: words("q", "sort", "status"),
  component: lazyRouteComponent(() => import("./endpoints/endpoints-page.tsx"), "EndpointsPage"),
});

const newEndpointRoute = createRoute({
  getParentRoute: inside,
  path: "/endpoints/new",
  validateSearch: words("model", "kind"),
  component: lazyRouteComponent(() => import("./endpoints/new-endpoint-page.tsx"), "NewEndpointPage"),
});

const endpointRoute = createRoute({
  getParentRoute: inside,
  path: "/endpoints/$id",
  validateSearch: words("tab", "replica", "status", "dead"),
  component: lazyRouteComponent(() => import("./endpoints/endpoint-page.tsx"), "EndpointPage"),
});

const jobsRoute = createRoute({
  getParentRoute: inside,
  path: "/jobs",
  validateSearch: words("endpoint", "status", "dead"),
  component: lazyRouteComponent(() => import("./jobs/jobs-page.tsx"), "JobsPage"),
});

const jobRoute = createRoute({
  getParentRoute: inside,
  path: "/jobs/$id",
  component: lazyRouteComponent(() => import("./jobs/job-page.tsx"), "JobPage"),
});

const secretsRoute = createRoute({
  getParentRoute: inside,
  path: "/secrets",
  validateSearch: words("q", "sort", "open"),
  component: lazyRouteComponent(() => import("./secrets/secrets-page.tsx"), "SecretsPage"),
});

const modelsRoute = createRoute({
  getParentRoute: inside,
  path: "/models",
  validateSearch: words("q", "sort"),
  component: lazyRouteComponent(() => import("./models/models-page.tsx"), "ModelsPage"),
});

const hubRoute = createRoute({
  getParentRoute: inside,
  path: "/models/hub",
  validateSearch: words("q", "task"),
  component: lazyRouteComponent(() => import("./models/hub-page.tsx"), "HubPage"),
});

const hubRepoRoute = createRoute({
  getParentRoute: inside,
  path: "/models/repo/$",
  validateSearch: words("revision"),
  component: lazyRouteComponent(() => import("./models/hub-repo-page.tsx"), "HubRepoPage"),
});

const imagesRoute = createRoute({
  getParentRoute: inside,
  path: "/models/images",
  validateSearch: words("q", "sort"),
  component: lazyRouteComponent(() => import("./images/images-page.tsx"), "ImagesPage"),
});

const providersRoute = createRoute({
  getParentRoute: inside,
  path: "/providers",
  validateSearch: words("q", "sort", "add"),
  component: lazyRouteComponent(() => import("./providers/providers-page.tsx"), "ProvidersPage"),
});

const providerRoute = createRoute({
  getParentRoute: inside,
  path: "/providers/$name",
  validateSearch: words("tab", "model"),
  component: lazyRouteComponent(() => import("./providers/provider-page.tsx"), "ProviderPage"),
});

const routesRoute = createRoute({
  getParentRoute: inside,
  path: "/routes",
  validateSearch: words("q", "edit", "call", "open"),
  component: lazyRouteComponent(() => import("./routes/routes-page.tsx"), "RoutesPage"),
});

const usageRoute = createRoute({
  getParentRoute: inside,
  path: "/usage",
  validateSearch: words("key", "model", "provider", "route", "range", "by", "sort"),
  component: lazyRouteComponent(() => import("./usage/usage-page.tsx"), "UsagePage"),
});

const requestsRoute = createRoute({
  getParentRoute: inside,
  path: "/requests",
  validateSearch: words("key", "model", "provider", "route", "outcome", "follow"),
  component: lazyRouteComponent(() => import("./requests/requests-page.tsx"), "RequestsPage"),
});

const requestRoute = createRoute({
  getParentRoute: inside,
  path: "/requests/$id",
  validateSearch: words("with"),
  component: lazyRouteComponent(() => import("./requests/request-page.tsx"), "RequestPage"),
});

const keysRoute = createRoute({
  getParentRoute: inside,
  path: "/keys",
  validateSearch: words("q", "sort", "edit", "create"),
  component: lazyRouteComponent(() => import("./keys/keys-page.tsx"), "KeysPage"),
});

const profilesRoute = createRoute({
  getParentRoute: inside,
  path: "/profiles",
  component: lazyRouteComponent(() => import("./profiles/profiles-page.tsx"), "ProfilesPage"),
});

const systemRoute = createRoute({
  getParentRoute: inside,
  path: "/system",
  validateSearch: words("q"),
  component: lazyRouteComponent(() => import("./system/system-page.tsx"), "SystemPage"),
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  insideRoute.addChildren([
    homeRoute,
    chatRoute.addChildren([savedChatRoute]),
    compareRoute,
    transcribeRoute,
    summarizeRoute,
    servicesRoute,
    launchRoute,
    serviceRoute,
    endpointsRoute,
    newEndpointRoute,
    endpointRoute,
    jobsRoute,
    jobRoute,
    modelsRoute,
    hubRoute,
    hubRepoRoute,
    imagesRoute,
    providersRoute,
    providerRoute,
    routesRoute,
    usageRoute,
    requestsRoute,
    requestRoute,
    keysRoute,
    secretsRoute,
    profilesRoute,
    systemRoute,
  ]),
]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultErrorComponent: RouteProblem,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

/** Begins to fetch the files of the page at the address; the router finds them under way. */
export function fetchPageOf(router: ReturnType<typeof createConsoleRouter>, pathname: string): void {
  const [routes] = router.getMatchedRoutes(pathname);
  // a file that does not come is told when the router asks for it
  for (const route of routes) void route.options.component?.preload?.()?.catch(() => undefined);
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
