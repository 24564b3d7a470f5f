import { expect, test } from "vitest";
import { serviceRow } from "../testing/service-row.ts";
import { chooseServicePort, type PortProbe } from "./service-port.ts";

const range = { first: 8080, last: 8083 };
const live = [serviceRow({ port: 8080 })];
const probe: PortProbe = {
  isFree: (port) => Promise.resolve(port !== 8081),
  holder: (port) => Promise.resolve(port === 8081 ? "python3 (pid 42)" : undefined),
};

test("the first that neither a service nor another program has", async () => {
  expect(await chooseServicePort(undefined, live, range, probe)).toBe(8082);
});

test("the wanted one, in the range or not", async () => {
  expect(await chooseServicePort(9000, live, range, probe)).toBe(9000);
});

test.each([
  ["a service's", 8080, "port 8080 is held by service quiet-heron; give another, or none to have one chosen"],
  [
    "another program's",
    8081,
    "port 8081 is held by python3 (pid 42); give another, or none to have one chosen",
  ],
])("%s port is refused, and the refusal names the holder", async (_fact, port, message) => {
  const chosen = chooseServicePort(port, live, range, probe);
  await expect(chosen).rejects.toMatchObject({ code: "already_exists", param: "port", message });
});

test("a used-up range is told as that", async () => {
  const chosen = chooseServicePort(undefined, live, { first: 8080, last: 8081 }, probe);
  await expect(chosen).rejects.toMatchObject({
    code: "unprocessable",
    message: "no port from 8080 to 8081 is free; stop a service, or widen BERTH_SERVICE_PORTS",
  });
});
