import type { HandlerSource } from "./handler.ts";

/**
 * What a person knows a handler's file by: its name, its address, or where it lies. (Apart from the schemas: the CLI
 * and the browser load it without them.)
 */
export function handlerSourceName(source: HandlerSource): string {
  switch (source.kind) {
    case "text":
      return source.name;
    case "url":
      return source.url;
    case "path":
      return source.path;
  }
}
