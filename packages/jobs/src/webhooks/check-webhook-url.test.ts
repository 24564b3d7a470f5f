import { expect, test } from "vitest";
import { AllowedHosts } from "./allowed-hosts.ts";
import { checkWebhookUrl } from "./check-webhook-url.ts";

const refusal = expect.objectContaining({ code: "invalid_request", param: "webhook" });
const allowed = new AllowedHosts(["10.0.0.0/8"]);

test.each(["https://hooks.example/done?x=1", "http://hooks.example:8080", "https://[2606:4700::1]/"])(
  "%s can be one",
  (url) => {
    expect(() => checkWebhookUrl(url, allowed)).not.toThrow();
  },
);

test.each([
  "",
  "hooks.example/done",
  "/done",
  "ftp://hooks.example/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "https://user@hooks.example/",
  "https://user:word@hooks.example/",
  "https://:word@hooks.example/",
  "http://",
  `https://hooks.example/${"x".repeat(2048)}`,
])("%s cannot", (url) => {
  expect(() => checkWebhookUrl(url)).toThrow(refusal);
});

test.each([
  "http://127.0.0.1:8080/",
  "http://2130706433/",
  "http://0x7f.1/",
  "http://0/",
  "http://[::1]/",
  "http://[::ffff:127.0.0.1]/",
  "http://192.168.0.1/",
  "http://169.254.169.254/latest",
  "http://metadata.google.internal/",
])("%s cannot, unless it is allowed", (url) => {
  expect(() => checkWebhookUrl(url, allowed)).toThrow(refusal);
});

test("what is allowed can be one, at the ports of the web", () => {
  expect(() => checkWebhookUrl("http://10.1.2.3/", allowed)).not.toThrow();
  expect(() => checkWebhookUrl("https://10.1.2.3/", allowed)).not.toThrow();
  expect(() => checkWebhookUrl("http://10.1.2.3:6379/", allowed)).toThrow(refusal);
});
