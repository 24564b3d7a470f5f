import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { openAiRoutes } from "./openai/routes.ts";
import { openApiDocument, type Operation } from "./openapi.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

const document = openApiDocument({ version: "1.2.3", serverUrl: "http://127.0.0.1:8000" });
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]: [string, Operation]) => ({ path, method, operation })),
);

test("is a valid OpenAPI 3.1 document by the specification's own schema", async () => {
  const sent = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
  const result = await new Validator().validate(sent);
  expect(result).toMatchObject({ valid: true });
});

test("describes every route of both tables, each under its own method and path, and nothing else", () => {
  const described = operations.map(
    ({ path, method, operation }) => `${operation.operationId} ${method} ${path}`,
  );
  const routed = Object.entries({ ...routes, ...openAiRoutes }).map(
    ([name, route]) => `${name} ${route.method.toLowerCase()} ${route.path}`,
  );
  expect(described).toHaveLength(routed.length);
  expect(new Set(described)).toEqual(new Set(routed));
});

test("names each segment of a path as a required parameter, once", () => {
  for (const { path, operation } of operations) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = operation.parameters.filter((parameter) => parameter.in === "path");
    expect(
      declared.map((parameter) => parameter.name),
      path,
    ).toEqual(inPath);
    expect(declared.every((parameter) => parameter.required)).toBe(true);
  }
});

test("has no reference that leads nowhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
  expect(references.length).toBeGreaterThan(100);
  for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name ?? "");
});

test("says of a body whether the call needs one", () => {
  const required = (name: string) =>
    operations.find(({ operation }) => operation.operationId === name)?.operation.requestBody?.required;
  expect(required("createService")).toBe(true);
  expect(required("restartService")).toBe(false);
  expect(required("stopService")).toBeUndefined();
});

test("names resources once and refers to them", () => {
  expect(operations.find(({ operation }) => operation.operationId === "getService")?.operation).toMatchObject(
    {
      responses: {
        200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Service" } } } },
      },
    },
  );
  expect(document.components.schemas["ListServicesReply"]).toMatchObject({
    properties: { data: { items: { $ref: "#/components/schemas/Service" } } },
  });
});

test("tells each refusal's codes under its status, in the one envelope", () => {
  const responses = document.paths["/api/v1/services"]?.post?.responses ?? {};
  expect(responses[409]).toEqual({
    description: "`already_exists`",
    content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
  });
  expect(responses[422]?.description).toBe("`insufficient_memory`, `unprocessable`");
});

test("asks for a key, or a session with its CSRF header, wherever the route asks for one", () => {
  for (const [name, route] of Object.entries<Route>(routes)) {
    const operation = operations.find((candidate) => candidate.operation.operationId === name)?.operation;
    const browser = { cookie: [], csrf: [] };
    expect(operation?.security, name).toEqual(
      route.access === "session" ? [{}, browser] : [{ bearer: [] }, browser],
    );
  }
});

test("query parameters say what they take and are required only without a default", () => {
  expect(document.paths["/api/v1/hub/models"]?.get?.parameters).toEqual([
    { in: "query", name: "q", required: false, schema: { default: "", type: "string", maxLength: 256 } },
    { in: "query", name: "task", required: false, schema: { type: "string" } },
    { in: "query", name: "limit", required: false, schema: { type: "integer", minimum: 0, maximum: 100 } },
  ]);
});
