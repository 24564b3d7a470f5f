import { freeName } from "../names.ts";
import type { Field, ObjectShape } from "../shape.ts";

const keywords =
  "False None True and as assert async await break class continue def del elif else except finally for from global if " +
  "import in is lambda nonlocal not or pass raise return try while with yield";
/** What annotations and defaults in the class are written with. */
const used =
  "Annotated Any BaseModel ConfigDict Dict Field List Literal Optional Union bool dataclass dict field float int list str";
/** What a class of pydantic has already. */
const ofPydantic =
  "construct copy dict from_orm json model_computed_fields model_config model_construct model_copy model_dump " +
  "model_dump_json model_extra model_fields model_fields_set model_json_schema model_parametrized_name " +
  "model_post_init model_rebuild model_validate model_validate_json model_validate_strings parse_file parse_obj " +
  "parse_raw schema schema_json update_forward_refs validate";
const taken = `${keywords} ${used} ${ofPydantic}`.split(" ");

/** What each field is called in Python: its own name where that can be. */
export function pythonNames(fields: readonly Field[], objects: readonly ObjectShape[]): Map<Field, string> {
  const reserved = new Set([...taken, ...objects.map(({ name }) => name)]);
  const names = new Map<Field, string>();
  // whose name can be kept keeps it
  const [kept, others] = [
    fields.filter(({ name }) => isPlain(name)),
    fields.filter(({ name }) => !isPlain(name)),
  ];
  for (const field of [...kept, ...others]) {
    const plain = plainName(field.name);
    const name = freeName(reserved.has(plain) ? `${plain}_` : plain, reserved);
    reserved.add(name);
    names.set(field, name);
  }
  return names;
}

function isPlain(name: string): boolean {
  return plainName(name) === name;
}

/** A leading underscore would make it private. */
function plainName(name: string): string {
  const signs = name.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/^_+/, "");
  return /^[A-Za-z]/.test(signs) ? signs : `field_${signs}`;
}
