import { errorCodes, type ErrorCode } from "../error-code.ts";
import type { OpenAiRoute } from "../openai/routes.ts";
import type { Route } from "../route.ts";
import type { z } from "../schema.ts";
import { parameterSchemas, type ComponentSchemas } from "./component-schemas.ts";
import type { Content, Operation, Parameter, Reply } from "./document.ts";
import { callerSecurity, noSecurity, sessionSecurity } from "./security.ts";

const text = { type: "string" } as const;
const form = "multipart/form-data";

const common: readonly ErrorCode[] = [
  "invalid_request",
  "forbidden_host",
  "forbidden_origin",
  "rate_limited",
  "internal",
  "shutting_down",
];
const whereKeyIsAsked: readonly ErrorCode[] = ["invalid_api_key", "session_expired", "forbidden"];
const whereBodyIsRead: readonly ErrorCode[] = [
  "invalid_json",
  "unknown_parameter",
  "request_timeout",
  "payload_too_large",
  "unsupported_media_type",
];
const whereModelIsCalled: readonly ErrorCode[] = [
  "model_required",
  "model_not_found",
  "context_length_exceeded",
  "unsupported",
  "unprocessable",
  "too_many_waiting",
  "upstream_failed",
  "engine_died",
  "service_failed",
  "service_unavailable",
  "upstream_timeout",
];

/** Describes one management route. */
export function managementOperation(name: string, route: Route, components: ComponentSchemas): Operation {
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    security: securityOf(route),
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...requestBody(route.body, components, ["application/json", ...(route.takesForm === true ? [form] : [])]),
    responses: {
      [route.status]: success(route, components),
      ...refusals(
        [
          ...common,
          ...(route.access === "session" || route.access === "public" ? [] : whereKeyIsAsked),
          ...(route.params === undefined ? [] : (["not_found"] as const)),
          ...(route.body === undefined ? [] : whereBodyIsRead),
          ...route.errors,
        ],
        components,
      ),
    },
  };
}

/** Describes one of OpenAI's routes. */
export function openAiOperation(name: string, route: OpenAiRoute, components: ComponentSchemas): Operation {
  const calls = route.method === "POST";
  const parameters: readonly Parameter[] = route.path.includes("{model}")
    ? [{ name: "model", in: "path", required: true, schema: text }]
    : [];
  const content: Content = {
    "application/json": { schema: components.ref(route.response) },
    ...(route.isForm === true ? { "text/plain": { schema: text } } : {}),
    ...(route.streams ? { "text/event-stream": { schema: text } } : {}),
  };
  return {
    operationId: name,
    tags: ["inference"],
    summary: route.summary,
    security: callerSecurity,
    parameters,
    ...requestBody(route.body, components, [route.isForm === true ? form : "application/json"]),
    responses: {
      200: { description: route.summary, content },
      ...refusals(
        [
          ...common,
          ...whereKeyIsAsked,
          ...(calls ? ([...whereBodyIsRead, ...whereModelIsCalled] as const) : []),
          ...(parameters.length > 0 ? (["model_not_found"] as const) : []),
        ],
        components,
      ),
    },
  };
}

function securityOf(route: Route): Operation["security"] {
  switch (route.access) {
    case "admin":
    case "inference":
    case "worker":
    case "key":
      return callerSecurity;
    case "session":
      return sessionSecurity;
    case "public":
      return noSecurity;
  }
}

function pathParameters(route: Route): readonly Parameter[] {
  return parameterSchemas(route.params).map(({ name, schema }) => ({
    name,
    in: "path",
    required: true,
    ...(name === "id" || name === "repo" ? { description: "Encode slashes as %2F." } : {}),
    schema,
  }));
}

function queryParameters(route: Route): readonly Parameter[] {
  return parameterSchemas(route.query).map((parameter) => ({ in: "query", ...parameter }));
}

function requestBody(
  body: z.ZodType | undefined,
  components: ComponentSchemas,
  mediaTypes: readonly string[],
): Pick<Operation, "requestBody"> | Record<never, never> {
  if (body === undefined) return {};
  return {
    requestBody: {
      required: !body.safeParse(undefined).success,
      content: Object.fromEntries(mediaTypes.map((type) => [type, { schema: components.ref(body) }])),
    },
  };
}

function success(route: Route, components: ComponentSchemas): Reply {
  const description = route.summary;
  switch (route.reply) {
    case "json":
      if (route.response === undefined) throw new Error(`${route.method} ${route.path} has no response`);
      return { description, content: { "application/json": { schema: components.ref(route.response) } } };
    case "empty":
      return { description };
    case "text":
      return { description, content: { "text/plain": { schema: text } } };
    case "raw":
      return { description, content: { "*/*": { schema: { type: "string", format: "binary" } } } };
    case "events":
      return {
        description: `${description}. Each event's data is one ${components.nameOf(route.event)}, as JSON.`,
        content: { "text/event-stream": { schema: text } },
      };
  }
}

/** One reply for each status that some of the codes have; its description names them. */
function refusals(
  codes: readonly ErrorCode[],
  components: ComponentSchemas,
): Readonly<Record<string, Reply>> {
  const byStatus = Map.groupBy(new Set(codes), (code) => errorCodes[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\``).join(", "),
        content: { "application/json": { schema: components.errorRef } },
      },
    ]),
  );
}
