import { routes, type Route } from "@berth/api";

/** `/api/docs`: every management route on one plain page, from the same table that serves them. */
export function docsPage(): string {
  const byTag = Map.groupBy(Object.entries(routes) as [string, Route][], ([, route]) => route.tag);
  const sections = [...byTag].map(
    ([tag, entries]) =>
      `<h2 id="${tag}">${tag}</h2><table>${entries.map(([name, route]) => row(name, route)).join("")}</table>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Berth · API</title><style>${style}</style><main><h1>Berth's management API</h1>
<p>Lists are <code>{"data": [...]}</code>; refusals are <code>{"error": {"message", "code", "param"}}</code>. The same as a document for
programs: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1). Models are called at <code>/v1</code>, as OpenAI's API.</p>
<pre>curl -H "Authorization: Bearer $(cat ~/.berth/admin.key)" http://localhost:8000/api/v1/services</pre>
${sections.join("\n")}</main></html>`;
}

function row(name: string, route: Route): string {
  return `<tr><td><b>${route.method}</b></td><td><code>${escape(route.path)}</code></td><td>${escape(route.summary)}</td><td><code>${name}</code></td></tr>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

const style =
  ":root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;margin:0}main{max-width:960px;margin:0 auto;padding:24px 16px}" +
  "table{border-collapse:collapse;width:100%;display:block;overflow-x:auto}td{padding:4px 10px 4px 0;vertical-align:top;border-bottom:1px solid #8884}" +
  "h2{font-size:16px;margin:28px 0 6px}pre{padding:10px;background:#8882;overflow:auto;border-radius:6px}a{color:light-dark(#0f6b6b,#48b0ab)}";
