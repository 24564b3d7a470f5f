import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { makeCertificate } from "./certificate.ts";

test("the certificate is well formed, signed by its own key, and has the fingerprint that is told", () => {
  // serial numbers and signatures vary in length
  for (let round = 0; round < 50; round++) {
    const { cert, fingerprint } = makeCertificate();
    const read = new X509Certificate(cert);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.subject).toBe("CN=berth-runner");
    expect(read.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(fingerprint);
  }
});

test("each is another one", () => {
  expect(makeCertificate().fingerprint).not.toBe(makeCertificate().fingerprint);
});
