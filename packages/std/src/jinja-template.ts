/** The Jinja that models' chat templates are written in: parsed once, rendered often; both throw what is wrong. */
export { Template as JinjaTemplate } from "@huggingface/jinja";
