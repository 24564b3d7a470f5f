import { LookFailure } from "./look.ts";

const signedByNobody = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
]);

/** What the system's error means, and what to do. */
export function whyUnreachable(error: Error, url: URL): LookFailure {
  const { code = "" } = error as NodeJS.ErrnoException;
  const where = url.host;
  const failure = (step: LookFailure["step"], message: string): LookFailure =>
    new LookFailure(step, message, error);
  if (code === "ENOTFOUND")
    return failure("address", `the name ${url.hostname} is not known here: check its spelling`);
  if (code === "EAI_AGAIN")
    return failure("address", `no name server tells where ${url.hostname} is: is there a network?`);
  if (code === "ECONNREFUSED")
    return failure("connection", `nothing listens at ${where}: is the server running, and on that port?`);
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH")
    return failure("connection", `there is no way to ${where} from this machine`);
  if (code === "ETIMEDOUT")
    return failure("connection", `${where} does not answer: a firewall may be in between`);
  if (signedByNobody.has(code))
    return failure(
      "tls",
      `the certificate of ${where} is signed by nobody known here: start Berth with NODE_EXTRA_CA_CERTS=FILE, its authority's certificate`,
    );
  if (code === "CERT_HAS_EXPIRED") return failure("tls", `the certificate of ${where} has expired`);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return failure("tls", `the certificate of ${where} is for another name`);
  if (code === "EPROTO" || code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS"))
    return failure("tls", `what listens at ${where} does not speak TLS: is it http:// rather than https://?`);
  if (code.startsWith("HPE_"))
    return failure("path", `what listens at ${where} does not speak HTTP (${error.message})`);
  if (code === "ECONNRESET" || code === "EPIPE")
    return failure(
      "connection",
      `${where} hung up without an answer${url.protocol === "http:" ? ": is it https:// rather than http://?" : ""}`,
    );
  return failure("connection", `${where} cannot be asked: ${error.message}`);
}
