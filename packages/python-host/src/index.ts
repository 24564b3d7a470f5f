/** Python's side of handlers: the program that hosts them, and how it is laid down. It starts nothing, and depends on nobody. */
export { findPython } from "./find-python.ts";
export { type HostConfig, layHost } from "./lay-host.ts";
export { pythonHost } from "./python-host.ts";
