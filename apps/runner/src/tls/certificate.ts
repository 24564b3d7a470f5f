import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { bitString, explicit, integer, objectId, sequence, set, utcTime, utf8 } from "./der.ts";

/** A key and the certificate that goes with it, for one server for the length of its life. */
export interface OwnCertificate {
  /** PEM, PKCS #8. Never leaves this process. */
  readonly key: string;
  /** PEM, X.509. */
  readonly cert: string;
  /** SHA-256 of the certificate, in lower-case hex: what callers pin. */
  readonly fingerprint: string;
}

const ecdsaWithSha256 = sequence(objectId("1.2.840.10045.4.3.2"));
const name = sequence(set(sequence(objectId("2.5.4.3"), utf8("berth-runner"))));
/** Nobody looks at them: whoever knows the fingerprint knows all. */
const validity = sequence(utcTime("000101000000Z"), utcTime("491231235959Z"));

/**
 * Makes a self-signed certificate (RFC 5280, ECDSA on P-256) that is believed for its fingerprint alone. Node makes none,
 * and the libraries that do bring twenty packages into the process that guards the secret.
 */
export function makeCertificate(): OwnCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const version3 = explicit(0, integer(Buffer.from([2])));
  const serial = integer(randomBytes(16));
  const toSign = sequence(
    version3,
    serial,
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", toSign, { key: privateKey, dsaEncoding: "der" });
  const der = sequence(toSign, ecdsaWithSha256, bitString(signature));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: pem(der),
    fingerprint: createHash("sha256").update(der).digest("hex"),
  };
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").replaceAll(/.{1,64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}
