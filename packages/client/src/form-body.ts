/** A multipart form, ready to be sent. */
export interface FormBody {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface FormFile {
  readonly name: string;
  readonly bytes: Uint8Array | Blob;
}

type Plain = string | number | boolean;
type FieldValue = Plain | readonly Plain[] | FormFile | readonly FormFile[] | undefined;

/**
 * The fields as a form; a list becomes one field a value, under the name with brackets, as OpenAI's clients send it; of
 * files, under the name as it is. What is undefined is left out. All of it is held in memory.
 */
export async function formBody(fields: object): Promise<FormBody> {
  const boundary = `berth-${crypto.randomUUID()}`;
  const parts: (string | Blob | Uint8Array<ArrayBuffer>)[] = [];
  for (const [name, value] of Object.entries(fields) as [string, FieldValue][]) {
    if (value === undefined) continue;
    const isList = Array.isArray(value);
    for (const each of (isList ? value : [value]) as readonly (Plain | FormFile)[]) {
      if (typeof each === "object") {
        parts.push(
          head(boundary, `name="${name}"; filename="${quoted(each.name)}"`, "application/octet-stream"),
          each.bytes as Blob | Uint8Array<ArrayBuffer>,
          "\r\n",
        );
      } else parts.push(head(boundary, `name="${name}${isList ? "[]" : ""}"`), String(each), "\r\n");
    }
  }
  parts.push(`--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: new Uint8Array(await new Blob(parts).arrayBuffer()),
  };
}

function head(boundary: string, disposition: string, type?: string): string {
  const typeLine = type === undefined ? "" : `content-type: ${type}\r\n`;
  return `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${typeLine}\r\n`;
}

/** As browsers write names that hold what would end them. */
function quoted(name: string): string {
  return name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
