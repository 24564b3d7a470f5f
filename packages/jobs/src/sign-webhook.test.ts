import { expect, test } from "vitest";
import { signWebhook } from "./sign-webhook.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const other = "whsec_c29tZXRoaW5nIGVsc2UgdGhhbiB0aGF0";

test("a webhook is signed as the standard's own example says", () => {
  const body = Buffer.from('{"test": 2432232314}');
  const signed = signWebhook([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330_999, body);
  expect(signed).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("with several secrets there is a signature by each, which receivers try in turn", () => {
  const signatureBy = (...secrets: string[]): string =>
    signWebhook(secrets, "msg_1", 0, Buffer.from("{}"))["webhook-signature"];
  expect(signatureBy(secret, other)).toBe(`${signatureBy(secret)} ${signatureBy(other)}`);
});
