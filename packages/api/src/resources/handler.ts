import { z } from "../schema.ts";

/** Where a handler's file comes from. */
export const handlerSourceSchema = z.discriminatedUnion("kind", [
  /** The file itself; where services are listed, `text` is left empty. */
  z.strictObject({
    kind: z.literal("text"),
    name: z.string().regex(/^[\w][\w.-]{0,127}$/, "name the file by letters, digits and . _ -"),
    text: z.string().max(512 * 1024),
  }),
  /** Fetched by whoever runs it, at each start. */
  z.strictObject({ kind: z.literal("url"), url: z.url({ protocol: /^https?$/ }).max(2048) }),
  /** A file on the machine that runs it; what lies beside it can be imported. */
  z.strictObject({
    kind: z.literal("path"),
    path: z.string().max(4096).regex(/^\//, "path: give an absolute path"),
  }),
]);
export type HandlerSource = z.infer<typeof handlerSourceSchema>;

const requirement = z
  .string()
  .trim()
  .min(1)
  .max(512)
  .regex(/^[^-\s]/, "a requirement is no option: NAME==VERSION");

/** A user's function or class as a service: `POST /predict` calls it. */
export const handlerSpecSchema = z.strictObject({
  language: z.enum(["python", "typescript"]),
  source: handlerSourceSchema,
  /** Python: the class with `predict`, or a function. The only one there is when absent. */
  className: z
    .string()
    .regex(/^[A-Za-z_]\w{0,127}$/, "className: give the name of a class or function")
    .optional(),
  /** Packages of PyPI or npm, beside those that a Python class names itself (`python_requirements`). */
  requirements: z.array(requirement).max(256).optional(),
  /** Debian packages, beside `system_dependencies`. Installed in containers; elsewhere only told. */
  systemDependencies: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/, "give names of Debian packages"))
    .max(256)
    .optional(),
});
export type HandlerSpec = z.infer<typeof handlerSpecSchema>;
