#!/usr/bin/env node
// Makes schemas/*.json from the types that Slack publishes with its SDK. Run by hand when the types are
// newer; the result is committed, so that a test run needs neither the types nor the generator:
//
//   npm ci --prefix generate && node schemas.mjs
//
// schemas/methods.json: one definition for each method's arguments. blocks.json: one for each block and
// view, without the catch-all `Block` that the SDK accepts beside the known ones.

import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { METHODS } from './methods.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const generate = path.join(here, 'generate');
const need = createRequire(path.join(generate, 'package.json'));
const { createGenerator } = need('ts-json-schema-generator');

const typeName = (method) =>
  method
    .split('.')
    .map((part) => part[0].toUpperCase() + part.slice(1))
    .join('') + 'Arguments';

function entry() {
  const methods = Object.keys(METHODS);
  const lines = [
    `import type { ${methods.map(typeName).join(', ')} } from '@slack/web-api';`,
    `import type { HomeView, KnownBlock, ModalView } from '@slack/types';`,
    ...methods.map((m) => `export type M_${m.replaceAll('.', '_')} = Exclude<${typeName(m)}, undefined>;`),
    ...['HomeView', 'KnownBlock', 'ModalView'].map((name) => `export type Our${name} = ${name};`),
  ];
  return lines.join('\n') + '\n';
}

// Rewrites a schema: the words for people go, `Block` goes, blocks inside arguments are only an array
// (validate.mjs looks into them by type), and unions by type become discriminated ones, whose errors are
// about the member that was meant.
function tidy(node, all, inMethod) {
  if (Array.isArray(node)) return node.map((n) => tidy(n, all, inMethod));
  if (!node || typeof node !== 'object') return node;
  const out = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'description' || key === '$comment' || key === 'deprecated') continue;
    if (key === 'properties') {
      out.properties = {};
      for (const [name, schema] of Object.entries(value))
        out.properties[name] = inMethod && name in OPAQUE ? OPAQUE[name] : tidy(schema, all, inMethod);
      continue;
    }
    out[key] = tidy(value, all, inMethod);
  }
  if (out.anyOf) {
    out.anyOf = out.anyOf.filter((s) => s.$ref !== '#/definitions/Block');
    if (out.anyOf.length === 1) return out.anyOf[0];
    if (byType(out.anyOf, all))
      return {
        type: 'object',
        required: ['type'],
        discriminator: { propertyName: 'type' },
        oneOf: flat(out.anyOf, all),
      };
  }
  return out;
}

// An image by address or by file is two objects of one type: they become one, and blockkit.mjs asks for
// exactly one of the two.
function merged(schema) {
  const parts = schema.anyOf;
  const type = parts?.[0].properties?.type?.const;
  if (!type || !parts.every((p) => p.properties?.type?.const === type)) return schema;
  return {
    ...parts[0],
    properties: Object.assign({}, ...parts.map((p) => p.properties)),
    required: parts[0].required.filter((r) => parts.every((p) => p.required.includes(r))),
  };
}

const OPAQUE = { blocks: { type: 'array' }, view: { type: 'object' }, attachments: { type: 'array' }, manifest: {} };

function flat(members, all) {
  return members.flatMap((s) => {
    const d = s.$ref && all[s.$ref.slice(14)];
    return d && d.anyOf
      ? flat(
          d.anyOf.filter((x) => x.$ref !== '#/definitions/Block'),
          all,
        )
      : [s];
  });
}

function byType(members, all) {
  const seen = new Set();
  for (const s of flat(members, all)) {
    const type = s.$ref && all[s.$ref.slice(14)]?.properties?.type?.const;
    if (!type || seen.has(type)) return false;
    seen.add(type);
  }
  return true;
}

// The definitions that the roots reach, in the order of their names.
function reached(roots, definitions) {
  const out = {};
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!node || typeof node !== 'object') return undefined;
    const name = typeof node.$ref === 'string' && node.$ref.slice(14);
    if (name && !(name in out)) {
      out[name] = definitions[name];
      visit(definitions[name]);
    }
    return Object.values(node).forEach(visit);
  };
  for (const [name, schema] of Object.entries(roots)) {
    out[name] = schema;
    visit(schema);
  }
  return Object.fromEntries(Object.entries(out).sort(([a], [b]) => (a < b ? -1 : 1)));
}

// Names of definitions become short and free of characters that a reference would have to escape. The
// generator names an alias by what it stands for.
function plainNames(definitions) {
  const names = new Map();
  const known = new Map(
    Object.keys(METHODS).map((m) => [`Exclude<${typeName(m)},undefined>`, `M_${m.replaceAll('.', '_')}`]),
  );
  for (const name of Object.keys(definitions)) {
    const plain =
      known.get(name) ??
      (/^[A-Za-z0-9_]+$/.test(name) ? name : `T${names.size}_${name.replace(/[^A-Za-z0-9]+/g, '_').slice(0, 40)}`);
    names.set(`#/definitions/${encodeURIComponent(name)}`, plain).set(`#/definitions/${name}`, plain);
  }
  const rename = (node) => {
    if (Array.isArray(node)) return node.map(rename);
    if (!node || typeof node !== 'object') return node;
    return Object.fromEntries(
      Object.entries(node).map(([k, v]) => [
        k,
        k === '$ref' ? `#/definitions/${names.get(v) ?? names.get(decodeURIComponent(v))}` : rename(v),
      ]),
    );
  };
  return Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [names.get(`#/definitions/${name}`), rename(schema)]),
  );
}

function main() {
  const file = path.join(generate, 'entry.ts');
  fs.writeFileSync(file, entry());
  let schema;
  try {
    schema = createGenerator({
      path: file,
      type: '*',
      expose: 'all',
      topRef: false,
      skipTypeCheck: true,
      additionalProperties: false,
      tsconfig: path.join(generate, 'tsconfig.json'),
    }).createSchema('*');
  } finally {
    fs.rmSync(file);
  }
  const all = Object.fromEntries(Object.entries(plainNames(schema.definitions)).map(([k, v]) => [k, merged(v)]));
  const pick = (prefix, inMethod) => {
    const tidied = Object.fromEntries(Object.entries(all).map(([k, v]) => [k, tidy(v, all, inMethod)]));
    return reached(Object.fromEntries(Object.entries(tidied).filter(([k]) => prefix.test(k))), tidied);
  };
  const version = (name) => need(`${name}/package.json`).version;
  const write = (name, id, definitions) =>
    fs.writeFileSync(
      path.join(here, 'schemas', name),
      JSON.stringify(
        {
          $id: id,
          $comment: `made by schemas.mjs of @slack/web-api ${version('@slack/web-api')}, @slack/types ${version('@slack/types')}`,
          definitions,
        },
        null,
        1,
      ) + '\n',
    );
  fs.mkdirSync(path.join(here, 'schemas'), { recursive: true });
  write('methods.json', 'methods', pick(/^M_/, true));
  write('blocks.json', 'blocks', pick(/^(KnownBlock|ModalView|HomeView)$/, false));
}

main();
