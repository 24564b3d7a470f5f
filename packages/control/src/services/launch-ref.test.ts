import { expect, test } from "vitest";
import { serviceRow } from "../testing/service-row.ts";
import { launchSecretOf } from "./launch-ref.ts";

test("every attempt has a secret of its own, which is the same for every server that finds it", () => {
  const secrets = [1, 2].map((attempt) => launchSecretOf(serviceRow({}, { attempt })));
  expect(new Set(secrets).size).toBe(2);
  expect(launchSecretOf(serviceRow({}, { attempt: 1 }))).toBe(secrets[0]);
  expect(launchSecretOf(serviceRow({ id: "another" }, { attempt: 1 }))).not.toBe(secrets[0]);
  expect(launchSecretOf(serviceRow({}, { attempt: 1, secret: "another" }))).not.toBe(secrets[0]);
});
