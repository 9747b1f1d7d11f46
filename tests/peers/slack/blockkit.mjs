// Block Kit beyond types: lengths, counts, uniqueness and places (Slack's Block Kit reference), what a block
// looks like to a person, and what of its text would become a mention, a link or a broadcast.
//
// Lengths are counted in UTF-16 units, the stricter of the two ways in which they may be meant.

const TEXT_MAX = 3000;
const BLOCKS_MAX = { message: 50, modal: 100, home: 100 };

// ---- rules: what one field may hold. Each gets (value, where, say).
const string =
  (max, min = 0) =>
  (value, where, say) => {
    if (typeof value !== 'string') return;
    if (value.length > max) say(where, `must be no more than ${max} characters (is ${value.length})`);
    if (value.length < min) say(where, 'must not be empty');
  };
const text = (max) => (value, where, say) => string(max, 1)(value?.text, `${where}/text`, say);
const list =
  (min, max, rule = () => {}) =>
  (value, where, say) => {
    if (!Array.isArray(value)) return;
    if (value.length > max) say(where, `no more than ${max} items allowed (are ${value.length})`);
    if (value.length < min) say(where, `no fewer than ${min} items allowed (are ${value.length})`);
    value.forEach((item, i) => rule(item, `${where}/${i}`, say));
  };
const object = (fields) => (value, where, say) => {
  for (const [name, rule] of Object.entries(fields))
    if (value?.[name] !== undefined) rule(value[name], `${where}/${name}`, say);
};
const matching = (pattern, what) => (value, where, say) => {
  if (typeof value === 'string' && !pattern.test(value)) say(where, `must be ${what}`);
};
const atLeast =
  (min, max = Infinity) =>
  (value, where, say) => {
    if (typeof value === 'number' && !(value >= min && value <= max)) say(where, `must be from ${min} to ${max}`);
  };
const zone = (value, where, say) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
  } catch {
    say(where, 'must be an IANA time zone');
  }
};

const option = object({ text: text(75), value: string(150), description: text(75), url: string(3000) });
const options = (max) => list(1, max, option);
const groups = list(1, 100, object({ label: text(75), options: options(100) }));
const confirm = object({ title: text(100), text: text(300), confirm: text(30), deny: text(30) });
const placeholder = text(150);
const filter = object({ include: list(1, 4) });
const every = { action_id: string(255, 1), confirm, placeholder };

const choice = {
  ...every,
  options: options(100),
  option_groups: groups,
  initial_option: option,
  initial_options: options(100),
  max_selected_items: atLeast(1),
};
const people = { ...every, filter, max_selected_items: atLeast(1) };
const few = { ...every, options: options(10), initial_option: option, initial_options: options(10) };
const typed = { ...every, initial_value: string(TEXT_MAX), min_length: atLeast(0, 3000), max_length: atLeast(1, 3000) };
const number = matching(/^-?\d+(\.\d+)?$/, 'a number');
const picture = { alt_text: string(2000, 1), image_url: string(3000, 1), title: text(2000) };

const ELEMENTS = {
  button: { ...every, text: text(75), value: string(2000), url: string(3000), accessibility_label: string(75) },
  static_select: choice,
  multi_static_select: choice,
  external_select: choice,
  multi_external_select: choice,
  users_select: people,
  multi_users_select: people,
  conversations_select: people,
  multi_conversations_select: people,
  channels_select: people,
  multi_channels_select: people,
  overflow: { ...every, options: options(5) },
  radio_buttons: few,
  checkboxes: few,
  datepicker: { ...every, initial_date: matching(/^\d{4}-\d\d-\d\d$/, 'a date YYYY-MM-DD') },
  timepicker: { ...every, initial_time: matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time HH:mm'), timezone: zone },
  datetimepicker: { ...every, initial_date_time: atLeast(1e9, 9999999999) },
  plain_text_input: typed,
  email_text_input: typed,
  url_text_input: typed,
  rich_text_input: { ...every },
  number_input: { ...every, initial_value: number, min_value: number, max_value: number },
  file_input: { ...every, max_files: atLeast(1, 10) },
  image: picture,
};

// Where an element may stand, and on which surfaces; absent: all three.
const SELECTS = ['section', 'actions', 'input'];
const PLACES = {
  button: [['section', 'actions']],
  static_select: [SELECTS],
  external_select: [SELECTS],
  users_select: [SELECTS],
  conversations_select: [SELECTS],
  channels_select: [SELECTS],
  multi_static_select: [['section', 'input']],
  multi_external_select: [['section', 'input']],
  multi_users_select: [['section', 'input']],
  multi_conversations_select: [['section', 'input']],
  multi_channels_select: [['section', 'input']],
  overflow: [['section', 'actions']],
  radio_buttons: [SELECTS],
  checkboxes: [SELECTS],
  datepicker: [SELECTS],
  timepicker: [SELECTS],
  datetimepicker: [
    ['actions', 'input'],
    ['modal', 'message'],
  ],
  plain_text_input: [['input']],
  rich_text_input: [['input'], ['modal', 'home']],
  number_input: [['input'], ['modal']],
  email_text_input: [['input'], ['modal']],
  url_text_input: [['input'], ['modal']],
  file_input: [['input'], ['modal']],
  image: [['section', 'context']],
};

const BLOCKS = {
  section: { text: text(3000), fields: list(1, 10, text(2000)) },
  header: { text: text(150) },
  context: { elements: list(1, 10) },
  divider: {},
  actions: { elements: list(1, 25) },
  input: { label: text(2000), hint: text(2000) },
  image: picture,
  rich_text: { elements: list(1, Infinity) },
  markdown: { text: string(12000, 1) },
  table: { rows: list(1, 100, list(1, 20)) },
};
const ONLY_IN_MESSAGES = new Set(['markdown', 'table']);

// ---- what holds between fields
const same = (a, b) => JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
function canonical(v) {
  if (Array.isArray(v)) return v.map(canonical);
  if (!v || typeof v !== 'object') return v;
  const noise = (k) => (k === 'emoji' || k === 'verbatim') && 'text' in v;
  return Object.fromEntries(
    Object.keys(v)
      .filter((k) => !noise(k))
      .sort()
      .map((k) => [k, canonical(v[k])]),
  );
}

export function optionsOf(element) {
  return element.option_groups ? element.option_groups.flatMap((g) => g.options || []) : element.options || [];
}

function oneOf(thing, names, where, say) {
  const given = names.filter((n) => thing[n] !== undefined);
  if (given.length !== 1) say(where, `exactly one of ${names.join(', ')} is required`);
}

function initialsMatch(element, where, say) {
  const offered = optionsOf(element);
  const initial = [...(element.initial_option ? [element.initial_option] : []), ...(element.initial_options || [])];
  for (const one of initial)
    if (!offered.some((o) => same(o, one))) say(where, 'the initial option must equal one of the options exactly');
  const values = offered.map((o) => o.value).filter((v) => v !== undefined);
  if (new Set(values).size !== values.length) say(where, 'the values of options must be unique');
}

function valueFits(element, where, say) {
  const v = element.initial_value;
  if (element.min_length > element.max_length) say(where, 'min_length is above max_length');
  if (typeof v !== 'string') return;
  if (v.length > (element.max_length ?? TEXT_MAX)) say(`${where}/initial_value`, 'is longer than max_length');
  if (v && v.length < (element.min_length ?? 0)) say(`${where}/initial_value`, 'is shorter than min_length');
}

function numberFits(element, where, say) {
  const [value, min, max] = ['initial_value', 'min_value', 'max_value'].map((k) =>
    element[k] === undefined ? NaN : Number(element[k]),
  );
  if (min > max) say(where, 'min_value is above max_value');
  if (value < min || value > max) say(`${where}/initial_value`, 'is outside min_value and max_value');
  if (
    !element.is_decimal_allowed &&
    ['initial_value', 'min_value', 'max_value'].some((k) => String(element[k] ?? '').includes('.'))
  )
    say(where, 'decimals are not allowed');
}

function fileReady(holder, where, say, context) {
  const file = holder.slack_file;
  if (!file) return;
  oneOf(file, ['id', 'url'], `${where}/slack_file`, say);
  if (context.file && !context.file(file)) say(`${where}/slack_file`, 'invalid slack file');
}

const BETWEEN = {
  static_select: (e, w, say) => {
    oneOf(e, ['options', 'option_groups'], w, say);
    initialsMatch(e, w, say);
  },
  multi_static_select: (e, w, say) => {
    oneOf(e, ['options', 'option_groups'], w, say);
    initialsMatch(e, w, say);
  },
  radio_buttons: initialsMatch,
  checkboxes: initialsMatch,
  plain_text_input: valueFits,
  email_text_input: valueFits,
  url_text_input: valueFits,
  number_input: numberFits,
  image: (e, w, say, context) => {
    oneOf(e, ['image_url', 'slack_file'], w, say);
    fileReady(e, w, say, context);
  },
};

export function elementsOf(block) {
  return [
    block.accessory,
    block.element,
    ...(block.type === 'rich_text' || block.type === 'table' ? [] : block.elements || []),
  ].filter((e) => e && typeof e === 'object');
}

// Every leaf of a value that holds `type`.
export function* walk(node) {
  if (!node || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const n of node) yield* walk(n);
    return;
  }
  if (typeof node.type === 'string') yield node;
  for (const n of Object.values(node)) yield* walk(n);
}

function elementProblems(element, block, where, say, context) {
  const rules = ELEMENTS[element.type];
  if (!rules) return;
  object(rules)(element, where, say);
  BETWEEN[element.type]?.(element, where, say, context);
  const [places, surfaces] = PLACES[element.type];
  if (!places.includes(block.type)) say(where, `${element.type} is not allowed in a block of type ${block.type}`);
  if (surfaces && !surfaces.includes(context.surface))
    say(where, `${element.type} is not allowed on this surface (${context.surface})`);
  if (
    element.response_url_enabled &&
    (block.type !== 'input' || context.surface !== 'modal' || element.type.startsWith('multi_'))
  )
    say(where, 'response_url_enabled is for single selects in input blocks of modals');
}

function blockProblems(block, where, say, context) {
  const rules = BLOCKS[block.type];
  if (!rules) return say(where, `unsupported type: ${block.type}`);
  object({ block_id: string(255, 1), ...rules })(block, where, say);
  if (ONLY_IN_MESSAGES.has(block.type) && context.surface !== 'message')
    say(where, `${block.type} is not allowed on this surface (${context.surface})`);
  if (block.type === 'section' && !block.text && !block.fields) say(where, 'text or fields is required');
  if (block.type === 'image') BETWEEN.image(block, where, say, context);
  const ids = new Set();
  elementsOf(block).forEach((element, i) => {
    const place = block.elements ? `${where}/elements/${i}` : `${where}/${block.element ? 'element' : 'accessory'}`;
    elementProblems(element, block, place, say, context);
    if (element.action_id === undefined) return undefined;
    if (ids.has(element.action_id)) say(place, `action_id ${element.action_id} already exists in this block`);
    return ids.add(element.action_id);
  });
  return undefined;
}

// The problems of blocks, as Slack words them: "must be … [json-pointer:/blocks/0/text]".
// context: {surface: message | modal | home, file(slackFile) → usable}
export function blocksProblems(blocks, context, base = '/blocks') {
  const out = [];
  const say = (where, what) => {
    out.push(`${what} [json-pointer:${where}]`);
  };
  if (!Array.isArray(blocks)) return ['must be an array [json-pointer:' + base + ']'];
  list(0, BLOCKS_MAX[context.surface])(blocks, base, say);
  const ids = new Set();
  blocks.forEach((block, i) => {
    if (!block || typeof block !== 'object') return undefined;
    blockProblems(block, `${base}/${i}`, say, context);
    if (block.block_id === undefined) return undefined;
    if (ids.has(block.block_id)) say(`${base}/${i}`, `block_id ${block.block_id} already exists`);
    return ids.add(block.block_id);
  });
  const focus = [...walk(blocks)].filter((e) => e.focus_on_load).length;
  if (focus > 1) say(base, 'focus_on_load is for one element of a view');
  const markdown = blocks.reduce(
    (n, b) => n + (b?.type === 'markdown' && typeof b.text === 'string' ? b.text.length : 0),
    0,
  );
  if (markdown > 12000) say(base, 'markdown blocks hold more than 12000 characters in total');
  for (const leaf of walk(blocks))
    if (leaf.type === 'mrkdwn' || leaf.type === 'plain_text') text(TEXT_MAX)(leaf, base, say);
  return out;
}

export function viewProblems(view, context) {
  const out = [];
  const say = (where, what) => {
    out.push(`${what} [json-pointer:${where}]`);
  };
  object({
    title: text(24),
    submit: text(24),
    close: text(24),
    callback_id: string(255),
    external_id: string(255),
    private_metadata: string(3000),
  })(view, '/view', say);
  if (view.type === 'modal' && !view.submit && view.blocks?.some((b) => b?.type === 'input'))
    say('/view', 'submit is required when an input block exists');
  return [...out, ...blocksProblems(view.blocks, { ...context, surface: view.type }, '/view/blocks')];
}

// ---- what a person sees
const entities = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };
export const unescape = (s) => s.replace(/&lt;|&gt;|&amp;/g, (e) => entities[e]);
export const escape = (s) => s.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

// mrkdwn as read: mentions as @name and #name, links as their label. Marks of formatting stay.
export function readable(mrkdwn, names) {
  const shown = String(mrkdwn ?? '').replace(/<([^>]*)>/g, (_, inner) => {
    const [id, label] = inner.split('|');
    if (id[0] === '@') return '@' + (names.user(id.slice(1)) ?? label ?? id.slice(1));
    if (id[0] === '#') return '#' + (names.channel(id.slice(1)) ?? label ?? id.slice(1));
    if (id[0] === '!') return label ?? '@' + id.slice(1);
    return label ?? id;
  });
  return unescape(shown);
}

const leaves = {
  text: (e) => e.text,
  link: (e) => e.text ?? e.url,
  emoji: (e) => `:${e.name}:`,
  user: (e, n) => '@' + (n.user(e.user_id) ?? e.user_id),
  channel: (e, n) => '#' + (n.channel(e.channel_id) ?? e.channel_id),
  usergroup: (e) => '@' + e.usergroup_id,
  broadcast: (e) => '@' + e.range,
  date: (e) => e.fallback ?? '',
};
const rich = (e, names) => (leaves[e.type] ? leaves[e.type](e, names) : '');

function richLines(element, names) {
  if (element.type === 'rich_text_list')
    return element.elements.flatMap((e) => richLines(e, names)).map((l) => `• ${l}`);
  return (element.elements || [])
    .map((e) => rich(e, names))
    .join('')
    .split('\n');
}

function words(t, names) {
  if (!t) return '';
  return t.type === 'mrkdwn' ? readable(t.text, names) : t.text;
}

const shown = {
  section: (b, n) => [
    words(b.text, n),
    ...(b.fields || []).map((f) => words(f, n)),
    ...(b.accessory ? elementLines(b.accessory, n) : []),
  ],
  header: (b, n) => [words(b.text, n)],
  context: (b, n) => [b.elements.map((e) => (e.type === 'image' ? `[${e.alt_text}]` : words(e, n))).join(' ')],
  divider: () => ['---'],
  actions: (b, n) => [b.elements.flatMap((e) => elementLines(e, n)).join(' ')],
  input: (b, n) => [words(b.label, n), ...(b.hint ? [words(b.hint, n)] : [])],
  image: (b) => [`[${b.alt_text}]`],
  rich_text: (b, n) => b.elements.flatMap((e) => richLines(e, n)),
  markdown: (b) => [b.text],
  table: (b, n) =>
    b.rows.map((r) =>
      r
        .map((c) => (c.type === 'raw_text' ? c.text : richLines(c.elements?.[0] ?? { elements: [] }, n).join(' ')))
        .join(' | '),
    ),
};

function elementLines(element, names) {
  if (element.type === 'button') return [`[${words(element.text, names)}]`];
  if (element.type === 'image') return [`[${element.alt_text}]`];
  return [
    `[${
      optionsOf(element)
        .map((o) => words(o.text, names))
        .join(' / ') || element.type
    }]`,
  ];
}

// The lines that a person reads in blocks.
export function blockLines(blocks, names) {
  return (blocks || [])
    .flatMap((b) => (shown[b.type] ? shown[b.type](b, names) : []))
    .flatMap((l) => String(l).split('\n'))
    .filter((l) => l !== '');
}

// ---- what text would do
// Goes over every text that Slack interprets. Returns {mentions, links, problems}; known: {user, channel, group}
// tell whether an id exists. A mention of a known user is no problem: a test asserts who was mentioned. Nor is "> " that
// begins a line: the app's own mark of a quote.
export function scanText(value, known, { linked = () => false } = {}) {
  const found = { mentions: [], links: [], problems: [] };
  const say = (what) =>
    found.problems.push(`${what} in ${JSON.stringify(value.length > 120 ? value.slice(0, 120) + '…' : value)}`);
  const rest = value.replace(/<([^<>]*)>/g, (_, inner) => {
    const id = inner.split('|')[0];
    if (id[0] === '@') {
      if (known.user(id.slice(1))) found.mentions.push(id.slice(1));
      else say('a mention of an unknown user');
    } else if (id[0] === '#') {
      if (!known.channel(id.slice(1))) say('a link to an unknown channel');
    } else if (id[0] === '!') {
      if (!/^!date\^\d+\^[^^|]+(\^[^|]*)?$/.test(id) || !inner.includes('|')) say('a broadcast or group mention');
    } else {
      found.links.push(id);
      if (!linked(id)) say('a link');
    }
    return ' ';
  });
  if (/[<>]/.test(rest.replace(/^> /gm, '')) || /&(?!(amp|lt|gt);)/.test(rest)) say('an unescaped character');
  return found;
}

// Text that Slack would turn into links by itself, since nothing told it not to.
export const wouldLink = (value) =>
  /https?:\/\/|(^|\s)(@|#(?!\d+\b))(here|channel|everyone|[a-z0-9._-]+)/i.test(value.replace(/<[^<>]*>/g, ' '));
