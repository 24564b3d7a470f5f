import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AwsKeys, signAwsRequest } from "@berth/std/aws-signature";
import { freePort } from "../free-port.ts";
import { until } from "../until.ts";

const program = join(import.meta.dirname, "../../.tools/venv-s3/bin/moto_server");

export const isS3ServerThere = existsSync(program);
export const region = "us-east-1";
export const bucket = "berth-blobs";

export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  /** Of a user who may do everything. */
  readonly keys: AwsKeys;
}

/** Moto's S3 with one bucket, which from then on looks at every signature. */
export async function s3Server(): Promise<S3Server> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
    // what follows here, before there is anybody who could sign
    env: { ...process.env, INITIAL_NO_AUTH_ACTION_COUNT: "4" },
  });
  const end = async (): Promise<void> => {
    const exited = once(server, "exit");
    server.kill();
    await exited;
  };
  try {
    await until("S3 to answer", () =>
      fetch(`${endpoint}/moto-api/`).then(
        () => true,
        () => undefined,
      ),
    );
    const keys = await madeUser(endpoint);
    await sent("PUT", `${endpoint}/${bucket}`, "s3", [], "", keys);
    return { endpoint, keys, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function madeUser(endpoint: string): Promise<AwsKeys> {
  const UserName = "berth";
  await iam(endpoint, { Action: "CreateUser", UserName });
  const made = await iam(endpoint, { Action: "CreateAccessKey", UserName });
  const all = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const policy = { PolicyName: "all", PolicyDocument: JSON.stringify(all) };
  await iam(endpoint, { Action: "PutUserPolicy", UserName, ...policy });
  return {
    accessKeyId: tagged(made, "AccessKeyId"),
    secretAccessKey: tagged(made, "SecretAccessKey"),
  };
}

function iam(endpoint: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ ...fields, Version: "2010-05-08" }).toString();
  const headers = ["content-type", "application/x-www-form-urlencoded"];
  const nobody = { accessKeyId: "nobody", secretAccessKey: "nothing" };
  return sent("POST", `${endpoint}/`, "iam", headers, body, nobody);
}

async function sent(
  method: string,
  url: string,
  service: string,
  headers: readonly string[],
  body: string,
  keys: AwsKeys,
): Promise<string> {
  const signed = signAwsRequest({ method, url, headers, body }, { keys, region, service, now: new Date() });
  const fields = signed.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[name, signed[at + 1] ?? ""]] : [],
  );
  const answer = await fetch(url, { method, headers: fields, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text;
}

function tagged(xml: string, tag: string): string {
  const text = new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(xml)?.[1];
  if (text === undefined) throw new Error(`no ${tag} in ${xml}`);
  return text;
}
