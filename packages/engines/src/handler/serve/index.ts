export { exitWithParent } from "../../serving/exit-with-parent.ts";
export { handlerConfigSchema } from "../config.ts";
export { becomePython, type PythonHandler } from "./become-python.ts";
export { layFile } from "./lay-file.ts";
