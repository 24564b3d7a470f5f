import type { Fields } from "../fields.ts";

/** Content as a text or blocks of these types, as OpenAI's content; a text where one says it all. */
export function readContent(
  fields: Fields,
  name: string,
  types: readonly ("text" | "image")[],
): string | readonly object[] {
  const whole = fields.any(name);
  if (typeof whole === "string") return whole;
  return contentOf(
    fields.objects(name, (block) => {
      const type = block.text("type");
      if (type === "text" || type === "image") {
        if (types.includes(type)) return readPart(block, type);
      }
      return block.refuse("type", `cannot be \`${type}\` here`);
    }),
  );
}

export interface TextPart {
  readonly type: "text";
  readonly text: string;
}
export interface ImagePart {
  readonly type: "image_url";
  readonly image_url: { readonly url: string };
}
export type ContentPart = TextPart | ImagePart;

export function contentOf(parts: readonly ContentPart[]): string | readonly ContentPart[] {
  const [first, ...others] = parts;
  if (first === undefined) return "";
  return first.type === "text" && others.length === 0 ? first.text : parts;
}

export function readPart(block: Fields, type: "text" | "image"): ContentPart {
  block.without("type", "cache_control");
  switch (type) {
    case "text": {
      const text = block.text("text");
      // who cited what is told of answers, and means nothing to the model
      block.without("citations");
      block.done();
      return { type, text };
    }
    case "image": {
      const source = block.object("source");
      const url = imageUrl(source, block);
      source.done();
      block.done();
      return { type: "image_url", image_url: { url } };
    }
  }
}

function imageUrl(source: Fields, block: Fields): string {
  const type = source.text("type");
  switch (type) {
    case "base64":
      return `data:${source.text("media_type")};base64,${source.text("data")}`;
    case "url":
      return source.text("url");
  }
  return block.refuse("source", `of type \`${type}\` cannot be read here; send base64 or a url`);
}
