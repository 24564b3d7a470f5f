import { basename } from "node:path";
import { BerthError } from "@berth/api";

/** What a pull is asked for. */
export type ImageSource =
  /** In a registry. `registry` is that of Docker's hub where the reference names none. */
  | {
      readonly kind: "registry";
      readonly registry: string;
      readonly repository: string;
      /** `null` for one that is named by its digest alone. */
      readonly tag: string | null;
      readonly digest: string | null;
    }
  /** On the place: what Apptainer builds from. `from` is its word for it. */
  | { readonly kind: "file"; readonly from: string; readonly path: string };

const dockerHub = "registry-1.docker.io";

/** Reads a source as people write it. Throws `unprocessable` for one that is none. */
export function readImageSource(source: string): ImageSource {
  const archive = /^(oci-archive|docker-archive):(?:\/\/)?(.+)$/.exec(source);
  if (archive !== null) return { kind: "file", from: archive[1] ?? "", path: archive[2] ?? "" };
  if (/^[/~]/.test(source)) return { kind: "file", from: "", path: source };
  const match =
    /^(?:docker:\/\/)?([a-z0-9][a-z0-9._-]*(?::\d+(?=\/))?(?:\/[a-z0-9][a-z0-9._-]*)*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      source,
    );
  if (match === null) {
    throw new BerthError(
      "unprocessable",
      `source: "${source}" is no image reference; give NAME:TAG, NAME@sha256:..., oci-archive:PATH, docker-archive:PATH or a path`,
      { param: "source" },
    );
  }
  const [, name = "", tag, digest] = match;
  const steps = name.split("/");
  // a first step with a dot or port, or "localhost", is a registry's host
  const host = steps.length > 1 && /[.:]|^localhost$/.test(steps[0] ?? "") ? steps[0] : undefined;
  const rest = host === undefined ? steps : steps.slice(1);
  return {
    kind: "registry",
    registry: host === undefined || host === "docker.io" ? dockerHub : host,
    repository: host === undefined && rest.length === 1 ? `library/${name}` : rest.join("/"),
    tag: tag ?? (digest === undefined ? "latest" : null),
    digest: digest ?? null,
  };
}

/** A name and a tag, for people: `vllm/vllm-openai` and `v0.20.0`. */
export interface ImageName {
  readonly name: string;
  readonly tag: string | null;
}

/** What the image is called: as was asked, or as its source says. */
export function imageName(source: ImageSource, asked: string | null): ImageName {
  if (asked !== null) {
    const [, name = asked, tag = "latest"] = /^(.*?)(?::([^:/]+))?$/.exec(asked) ?? [];
    return { name, tag };
  }
  switch (source.kind) {
    case "registry": {
      const repository = source.repository.replace(/^library\//, "");
      const name = source.registry === dockerHub ? repository : `${source.registry}/${repository}`;
      return { name, tag: source.tag };
    }
    case "file": {
      const stem = basename(source.path)
        .replace(/\.(?:tar|tar\.gz|tgz|def|sif|simg)$/, "")
        .toLowerCase();
      return { name: stem.replaceAll(/[^a-z0-9._-]/g, "-"), tag: "local" };
    }
  }
}

/** `vllm-openai_v0.20.0.sif`: the name that Apptainer gives by itself, and that other tools look for. */
export function sifFileName({ name, tag }: ImageName, digest: string | null): string {
  const version = tag ?? (digest === null ? "latest" : digest.slice(0, 19).replace(":", "-"));
  return `${basename(name)}_${version}.sif`;
}

/** What a file's name tells where nothing else does. */
export function nameOfSif(fileName: string): ImageName {
  const [, name = fileName, tag] = /^(.+?)(?:_([^_]+))?\.sif$/.exec(fileName) ?? [];
  return { name, tag: tag ?? null };
}

/**
 * Whether the image is what a launch names: by its name, or as the source it was made of. Throws `unprocessable` for what
 * names nothing.
 */
export function namesImage(
  reference: string,
  image: ImageName & { readonly digest: string | null; readonly source: string | null },
): boolean {
  if (image.source === reference) return true;
  const wanted = readImageSource(reference);
  return wanted.kind === "registry" && isNamed(image, wanted);
}

/** Whether what is there is what a launch names: `vllm/vllm-openai:v0.20.0`, with or without its registry or digest. */
export function isNamed(
  image: ImageName & { readonly digest: string | null },
  wanted: ImageSource & { readonly kind: "registry" },
): boolean {
  if (wanted.digest !== null) return image.digest === wanted.digest;
  const whole = imageName(wanted, null).name;
  return image.tag === wanted.tag && (image.name === whole || image.name === basename(whole));
}
