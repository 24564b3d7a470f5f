import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** A container image as `oci-archive:` takes it: one layer with these files. */
export function ociArchive(files: Readonly<Record<string, string>>): Buffer {
  const work = mkdtempSync(join(tmpdir(), "berth-oci-"));
  try {
    const layer = tarOf(join(work, "layer"), files);
    const blobs: Record<string, string | Buffer> = {};
    const add = (content: string | Buffer): { readonly digest: string; readonly size: number } => {
      const digest = sha256(content);
      blobs[`blobs/sha256/${digest}`] = content;
      return { digest: `sha256:${digest}`, size: Buffer.byteLength(content) };
    };
    const kind = "application/vnd.oci.image";
    const config = add(
      JSON.stringify({
        architecture: "amd64",
        os: "linux",
        config: {},
        rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
      }),
    );
    const manifest = add(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: `${kind}.manifest.v1+json`,
        config: { mediaType: `${kind}.config.v1+json`, ...config },
        layers: [{ mediaType: `${kind}.layer.v1.tar+gzip`, ...add(gzipSync(layer)) }],
      }),
    );
    const manifests = [{ mediaType: `${kind}.manifest.v1+json`, ...manifest }];
    return tarOf(join(work, "image"), {
      ...blobs,
      "oci-layout": JSON.stringify({ imageLayoutVersion: "1.0.0" }),
      "index.json": JSON.stringify({ schemaVersion: 2, manifests }),
    });
  } finally {
    rmSync(work, { recursive: true });
  }
}

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

function tarOf(folder: string, files: Readonly<Record<string, string | Buffer>>): Buffer {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  execFileSync("tar", ["-cf", `${folder}.tar`, "-C", folder, ...readdirSync(folder)]);
  return readFileSync(`${folder}.tar`);
}
