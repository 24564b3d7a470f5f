import { createModelRouteSchema } from "@berth/api";
import { expect, test } from "vitest";
import { matchRoute } from "./match-route.ts";

test.for([
  ["GET", "/api/v1/services", "listServices", {}],
  ["GET", "/api/v1/services/", "listServices", {}],
  ["HEAD", "/api/v1/services", "listServices", {}],
  ["GET", "/api/v1/services/quiet-heron", "getService", { id: "quiet-heron" }],
  ["POST", "/api/v1/services/preview", "previewService", {}],
  ["GET", "/api/v1/routes/export", "exportModelRoutes", {}],
  ["GET", "/api/v1/routes/acme%2Fbig", "getModelRoute", { id: "acme/big" }],
  ["GET", "/api/v1/hub/models/owner%2Fname", "getHubModel", { repo: "owner/name" }],
  ["GET", "/api/v1/hub/models/owner/name", "getHubModel", { repo: "owner/name" }],
] as const)("%s %s is %s", ([method, path, name, params]) => {
  expect(matchRoute(method, path)).toMatchObject({ kind: "found", name, params });
});

test("no route is named as the path that exports them", () => {
  const targets = [{ model: "pilot" }];
  expect(createModelRouteSchema.safeParse({ name: "exported", targets }).success).toBe(true);
  expect(createModelRouteSchema.safeParse({ name: "export", targets }).error?.issues).toMatchObject([
    { path: ["name"], message: "the name is taken by `/api/v1/routes/export`" },
  ]);
});

test("another method tells the allowed ones", () => {
  expect(matchRoute("PUT", "/api/v1/services")).toEqual({ kind: "method", allowed: ["GET", "POST"] });
});

test.for(["/api/v1/nothing", "/api/v1/services/a/b", "/api/v1/services/%zz", "/api/v1"])(
  "%s is nothing",
  (path) => {
    expect(matchRoute("GET", path)).toEqual({ kind: "none" });
  },
);
