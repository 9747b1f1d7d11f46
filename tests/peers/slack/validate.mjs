// Arguments, blocks and views against the published types and the numeric limits. What is returned is a list
// of problems, worded as in response_metadata.messages.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { blocksProblems, viewProblems, walk } from './blockkit.mjs';
import { METHODS } from './methods.mjs';

const Ajv = createRequire(import.meta.url)('ajv');
const read = (name) => JSON.parse(fs.readFileSync(new URL(`./schemas/${name}`, import.meta.url), 'utf8'));

// A form carries text only: "100" is a number there, in JSON it is not.
const OPTIONS = { discriminator: true, strict: false, allErrors: false, allowUnionTypes: true };
const json = new Ajv(OPTIONS);
const form = new Ajv({ ...OPTIONS, coerceTypes: true });
for (const ajv of [json, form]) for (const name of ['methods.json', 'blocks.json']) ajv.addSchema(read(name));
const methods = json.getSchema('methods').schema.definitions;

const schemaOf = (method, isForm) =>
  (isForm ? form : json).getSchema(`methods#/definitions/M_${method.replaceAll('.', '_')}`);
// Compiled now, in the way that each method is called, since it takes long enough to make an ack late.
for (const [method, { json: takesJson }] of Object.entries(METHODS)) schemaOf(method, !takesJson);

const worded = (error, base) =>
  `${error.message}${error.params?.additionalProperty ? ` (${error.params.additionalProperty})` : ''} [json-pointer:${base}${error.instancePath}]`;

// The type that the caller meant is the one whose complaint lies deepest; of "any of these", the first.
function worst(errors, base) {
  const real = errors.filter((e) => !['anyOf', 'oneOf', 'if', 'not'].includes(e.keyword));
  return [(real.length ? real : errors).slice().sort((a, b) => b.instancePath.length - a.instancePath.length)[0]].map(
    (e) => worded(e, base),
  );
}

const reachable = new Map();
function propertiesOf(schema, out = new Set()) {
  if (schema.$ref) return propertiesOf(methods[schema.$ref.slice(14)], out);
  for (const name of Object.keys(schema.properties || {})) out.add(name);
  for (const s of [...(schema.anyOf || []), ...(schema.allOf || []), ...(schema.oneOf || [])]) propertiesOf(s, out);
  return out;
}

export function knownArguments(method) {
  const name = `M_${method.replaceAll('.', '_')}`;
  if (!reachable.has(name)) reachable.set(name, propertiesOf(methods[name]));
  return reachable.get(name);
}

// Problems of a method's arguments; unknown ones are tolerated and told apart. `args` is coerced in place when
// it came as a form.
export function argumentProblems(method, args, isForm) {
  const known = knownArguments(method);
  const unknown = Object.keys(args).filter((k) => !known.has(k) && k !== 'token');
  const given = Object.fromEntries(Object.entries(args).filter(([k]) => known.has(k)));
  const check = schemaOf(method, isForm);
  const problems = check(given) ? [] : worst(check.errors, '');
  Object.assign(args, given);
  return { problems, unknown };
}

const block = json.getSchema('blocks#/definitions/KnownBlock');
const views = {
  modal: json.getSchema('blocks#/definitions/ModalView'),
  home: json.getSchema('blocks#/definitions/HomeView'),
};

export function checkBlocks(blocks, context, base = '/blocks') {
  if (!Array.isArray(blocks)) return [`must be an array [json-pointer:${base}]`];
  const typed = blocks.flatMap((b, i) => (block(b) ? [] : worst(block.errors, `${base}/${i}`)));
  return typed.length ? typed : blocksProblems(blocks, context, base);
}

export function checkView(view, context) {
  const shape = views[view?.type];
  if (!shape) return [`unsupported view type: ${view?.type} [json-pointer:/view/type]`];
  if (!shape({ ...view, blocks: [] })) return worst(shape.errors, '/view');
  const blocks = checkBlocks(view.blocks, { ...context, surface: view.type }, '/view/blocks');
  return blocks.length ? blocks : viewProblems(view, context);
}

// Every text of blocks that Slack interprets, with whether it looks for links by itself.
export function* interpreted(blocks) {
  for (const leaf of walk(blocks))
    if (leaf.type === 'mrkdwn') yield { text: leaf.text, automatic: leaf.verbatim !== true };
}
