// What a real homeserver refuses, and what it would let pass though no client should send it. Each check returns
// what is wrong in words; empty: nothing.

const MAX_INT = 2 ** 53 - 1;
export const EVENT_MAX = 65536;
const ENVELOPE = 640; // hashes, signatures, auth and previous events of the federated form

// Of the raw body: floats and integers out of range, which JSON.parse would hide.
export function numberProblems(json, raw) {
  const problems = [];
  const walk = (v, at) => {
    if (typeof v === 'number' && (!Number.isInteger(v) || Math.abs(v) > MAX_INT))
      problems.push(`${at}: ${v} is no integer within ±(2^53-1)`);
    else if (v && typeof v === 'object') for (const [k, x] of Object.entries(v)) walk(x, `${at}.${k}`);
  };
  walk(json, 'body');
  if (
    !problems.length &&
    /(?<![\\"\w])-?\d+(\.\d+|[eE][+-]?\d+)(?=\s*[,}\]])/.test(raw.replace(/"(?:[^"\\]|\\.)*"/g, '""'))
  )
    problems.push('a number with a fraction or an exponent');
  return problems;
}

export const size = (event) => Buffer.byteLength(JSON.stringify(event)) + ENVELOPE;

// ---- what Synapse refuses, as [status, errcode, text]
export function refusal(type, content, room) {
  if (!content || typeof content !== 'object' || Array.isArray(content))
    return [400, 'M_BAD_JSON', 'Content must be an object'];
  if (type === 'm.room.message' && (typeof content.body !== 'string' || typeof content.msgtype !== 'string'))
    return [400, 'M_UNKNOWN', "'body' or 'msgtype' not in content"];
  const to = content['m.relates_to'];
  if (to?.rel_type === 'm.thread') {
    const root = room.byId.get(to.event_id);
    if (root?.content['m.relates_to']?.rel_type)
      return [400, 'M_UNKNOWN', 'Cannot start threads from an event with a relation'];
  }
  return null;
}

// ---- what no client of ours should send
const TAGS = new Set(
  'del h1 h2 h3 h4 h5 h6 blockquote p a ul ol sup sub li b i u strong em s code hr br div table thead tbody tr th td caption pre span img details summary'.split(
    ' ',
  ),
);
const VOID = new Set(['br', 'hr', 'img']);
const ATTRIBUTES = {
  a: ['href', 'target'],
  img: ['src', 'alt', 'title', 'width', 'height'],
  ol: ['start'],
  code: ['class'],
  span: ['data-mx-bg-color', 'data-mx-color', 'data-mx-spoiler', 'data-mx-maths'],
  div: ['data-mx-maths'],
};

export function htmlProblems(html) {
  const problems = [];
  const open = [];
  const text = html.replace(
    /<(\/?)([a-z0-9-]+)((?:\s+[\w-]+(?:="[^"<>]*")?)*)\s*\/?>/gi,
    (whole, closing, name, attributes) => {
      const tag = name.toLowerCase();
      if (!TAGS.has(tag)) problems.push(`<${tag}> is not among the tags that clients show`);
      for (const [, key, value = ''] of attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g)) {
        if (!ATTRIBUTES[tag]?.includes(key)) problems.push(`<${tag} ${key}>`);
        if (key === 'href' && !/^(https?|ftp|mailto|magnet):/.test(value)) problems.push(`a link to ${value}`);
        if (key === 'src' && !/^mxc:\/\//.test(value)) problems.push(`a picture from ${value}`);
      }
      if (closing) {
        if (open.pop() !== tag) problems.push(`</${tag}> closes nothing`);
      } else if (!VOID.has(tag)) open.push(tag);
      if (open.length > 100) problems.push('tags nested deeper than 100');
      return '';
    },
  );
  if (open.length) problems.push(`<${open.join('><')}> left open`);
  if (/[<>]/.test(text)) problems.push('< or > that stands for itself');
  if (/&(?!(amp|lt|gt|quot|apos|nbsp|#\d+|#x[\da-f]+);)/i.test(text)) problems.push('& that stands for itself');
  return problems;
}

const textProblems = (text, at) => {
  const problems = [];
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) problems.push(`${at} holds a control character`);
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text))
    problems.push(`${at} holds half a character`);
  return problems;
};

function relationProblems(type, content, sender, room) {
  const to = content['m.relates_to'];
  if (!to) return [];
  const target = to.event_id && room.byId.get(to.event_id);
  if (to.event_id && !target) return [`it relates to ${to.event_id}, which is not in the room`];
  switch (to.rel_type) {
    case 'm.replace':
      if (!content['m.new_content']) return ['an edit without m.new_content'];
      if (content['m.new_content']['m.relates_to']) return ['m.new_content with m.relates_to'];
      if (target.sender !== sender) return ["an edit of another's message"];
      if (target.type !== type) return ['an edit of another type'];
      if (target.content['m.relates_to']?.rel_type === 'm.replace') return ['an edit of an edit'];
      return [];
    case 'm.thread':
      if (to.is_falling_back && !to['m.in_reply_to']?.event_id) return ['is_falling_back without m.in_reply_to'];
      return [];
    case 'm.annotation':
      return typeof to.key === 'string' && to.key && to.key.length <= 64 ? [] : ['a reaction without a key'];
    default:
      return [];
  }
}

function imageProblems(content, world) {
  const { info = {} } = content;
  const problems = ['size', 'w', 'h'].filter((k) => !(info[k] > 0)).map((k) => `a picture without info.${k}`);
  const held = world.media.get(content.url);
  if (!held) problems.push(`a picture at ${content.url}, which was not uploaded`);
  else if (held.bytes.length !== info.size || held.type !== info.mimetype)
    problems.push('a picture whose info is not its own');
  if (!content.body) problems.push('a picture without words for it');
  return problems;
}

function pollProblems(content) {
  const start = content['org.matrix.msc3381.poll.start'];
  const words = (x) => typeof x?.['org.matrix.msc1767.text'] === 'string';
  if (!start || !words(start.question) || !words(content)) return ['a poll without its question or its fallback'];
  if (!(start.answers?.length >= 1 && start.answers.length <= 20)) return ['a poll without 1 to 20 answers'];
  return start.answers.every((a) => typeof a.id === 'string' && words(a))
    ? []
    : ['an answer of a poll without id or text'];
}

export function contentProblems(type, content, sender, room, world) {
  const problems = relationProblems(type, content, sender, room);
  if (type === 'org.matrix.msc3381.poll.start') return problems.concat(pollProblems(content));
  if (type !== 'm.room.message') return problems;
  for (const [one, at] of [
    [content, 'content'],
    [content['m.new_content'], 'm.new_content'],
  ]) {
    if (!one) continue;
    if (typeof one.body !== 'string') problems.push(`${at} without body`);
    else problems.push(...textProblems(one.body, `${at}.body`));
    if (one.formatted_body !== undefined) {
      if (one.format !== 'org.matrix.custom.html') problems.push(`${at}: formatted_body without its format`);
      problems.push(
        ...htmlProblems(one.formatted_body).map((p) => `${at}: ${p}`),
        ...textProblems(one.formatted_body, `${at}.formatted_body`),
      );
    }
    if (!one['m.mentions'] || typeof one['m.mentions'] !== 'object') problems.push(`${at} without m.mentions`);
    if (one.msgtype === 'm.image') problems.push(...imageProblems(one, world));
  }
  return problems;
}

// ---- requests
// A part of a path that is not percent-encoded whole.
export function pathProblems(pathname) {
  const problems = [];
  for (const part of pathname.split('/').slice(1)) {
    if (/[!$:@#?+*'()]/.test(part)) problems.push(`${part} is not percent-encoded`);
    try {
      decodeURIComponent(part);
    } catch {
      problems.push(`${part} is no UTF-8`);
    }
  }
  return problems;
}

const FILTER_KEYS = ['event_fields', 'event_format', 'presence', 'account_data', 'room'];
export function filterProblems(filter) {
  if (!filter || typeof filter !== 'object' || Array.isArray(filter)) return ['a filter is an object'];
  const problems = Object.keys(filter)
    .filter((k) => !FILTER_KEYS.includes(k))
    .map((k) => `a filter knows no ${k}`);
  const limit = filter.room?.timeline?.limit;
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) problems.push(`timeline.limit ${limit}`);
  return problems;
}
