// What each method does. A handler gets the workspace and the checked arguments and returns what stands beside
// "ok"; it refuses with Slack's own codes.

import { refuse, SlackError } from './world.mjs';
import { checkBlocks, checkView, interpreted } from './validate.mjs';
import { scanText, wouldLink } from './blockkit.mjs';

const TEXT_MAX = 40000;
const UPDATE_MAX = 4000;
const VIEW_BYTES = 250 * 1024;
const METADATA_BYTES = 16000; // the platform does not say its limit

// ---- where
// A channel the bot may know of: private ones exist only for their members.
function visible(ws, id) {
  const c = ws.channels.get(id);
  if (!c || (c.kind !== 'public' && !c.members.has(ws.bot.id))) refuse('channel_not_found');
  return c;
}

function needScope(ws, scope) {
  if (!ws.scopes.has(scope))
    throw new SlackError('missing_scope', { needed: scope, provided: [...ws.scopes].join(',') });
}

function readable(ws, id, what) {
  const c = visible(ws, id);
  needScope(ws, ws.scopeOf(c, what));
  if (what === 'history' && !c.members.has(ws.bot.id)) refuse('not_in_channel');
  return c;
}

function writable(ws, id) {
  const person = ws.users.get(id);
  if (person?.deleted) refuse('channel_not_found');
  const c = person ? ws.im(person) : visible(ws, id);
  if (c.archived) refuse('is_archived');
  if (!c.members.has(ws.bot.id) && !ws.scopes.has('chat:write.public')) refuse('not_in_channel');
  if (ws.messagesTab === false && c.kind === 'im') refuse('messages_tab_disabled');
  if (c.readOnly) refuse('restricted_action_read_only_channel');
  return c;
}

function message(ws, channel, ts) {
  return ws.find(channel, ts) ?? refuse('message_not_found');
}

// ---- what may be said
// Looks at all text that people will read; what would mention, link or broadcast is a fault of the client.
export function scan(ws, at, { text, blocks, automatic = false }) {
  const { slack } = ws;
  const told = (what, detail) => slack.fault({ where: 'text', workspace: ws.name, what: `${at}: ${what}`, detail });
  const parts = [...(text ? [{ text, automatic }] : []), ...interpreted(blocks)];
  const mentions = [];
  for (const part of parts) {
    const found = scanText(part.text, ws.known, { linked: slack.options.allowLink });
    for (const p of found.problems) told('text', p);
    if (part.automatic && wouldLink(part.text))
      told('text that would be linked by itself', JSON.stringify(part.text.slice(0, 120)));
    mentions.push(...found.mentions);
  }
  if (mentions.length) slack.mentions.push({ workspace: ws.name, at, users: [...new Set(mentions)] });
  return [...new Set(mentions)];
}

function content(ws, method, args, { max = TEXT_MAX, longText = 'msg_too_long' } = {}) {
  if (!args.text && !args.blocks?.length && !args.attachments?.length && !args.markdown_text) refuse('no_text');
  if (args.markdown_text && (args.text || args.blocks)) refuse('markdown_text_conflict');
  if (args.attachments?.length > 100) refuse('too_many_attachments');
  const problems = args.blocks
    ? checkBlocks(args.blocks, { surface: 'message', file: (f) => ws.slack.fileReady(ws, f) })
    : [];
  if (problems.length) refuse('invalid_blocks', ...problems);
  if (args.text && args.text.length > max) refuse(longText);
  if (args.blocks?.length && !args.text)
    ws.slack.fault({
      where: 'api',
      workspace: ws.name,
      what: `${method}: blocks without text`,
      detail: 'notifications and screen readers need it',
    });
  if ((args.text ?? '').length > UPDATE_MAX)
    ws.slack.fault({
      where: 'api',
      workspace: ws.name,
      what: `${method}: text above 4000 characters`,
      detail: `${args.text.length}`,
    });
}

function metadata(args) {
  const m = args.metadata;
  if (m === undefined || !Object.keys(m).length) return;
  if (typeof m.event_type !== 'string' || !m.event_type || typeof m.event_payload !== 'object' || !m.event_payload)
    refuse('invalid_metadata_format');
  if (JSON.stringify(m).length > METADATA_BYTES) refuse('metadata_too_large');
}

function threadOf(ws, channel, args) {
  if (!args.thread_ts) return;
  const parent = ws.find(channel, args.thread_ts);
  if (!parent) refuse('cannot_reply_to_message');
  if (parent.thread_ts && parent.thread_ts !== parent.ts)
    ws.slack.fault({
      where: 'api',
      workspace: ws.name,
      what: "thread_ts is a reply's ts, not its parent's",
      detail: args.thread_ts,
    });
}

// ---- pages
// One page of a list. Cursors are opaque, and end in "=" so that they have to be encoded.
function page(ws, all, args, { max = 1000, standard = 100 } = {}) {
  const { page: how } = ws.slack.options;
  const limit = args.limit ?? standard;
  if (limit < 1 || limit > max) refuse('invalid_limit');
  let from = 0;
  if (args.cursor) {
    if (!ws.cursors.has(args.cursor)) refuse('invalid_cursor');
    from = ws.cursors.get(args.cursor);
  }
  const empty = how.empty && !(args.cursor ?? '').endsWith('+=');
  const to = empty ? from : Math.min(all.length, from + Math.min(limit, how.size || limit));
  let next = '';
  if (to < all.length) {
    next = `bmV4dDo${ws.cursors.size}${empty ? '+' : '/'}=`;
    ws.cursors.set(next, to);
  }
  return { items: all.slice(from, to), response_metadata: { next_cursor: next }, more: next !== '' };
}

// ---- messages
function shownMessage(m, withMetadata) {
  const { gone, metadata: data, ...rest } = m;
  return withMetadata && data ? { ...rest, metadata: data } : rest;
}

function postMessage(ws, args) {
  const channel = writable(ws, args.channel);
  content(ws, 'chat.postMessage', args, { max: Infinity });
  metadata(args);
  threadOf(ws, channel, args);
  if ((args.username || args.icon_emoji || args.icon_url) && !ws.scopes.has('chat:write.customize'))
    needScope(ws, 'chat:write.customize');
  ws.slack.limit(ws, 'chat.postMessage', channel.id);
  const m = ws.fromBot(args);
  const warning =
    m.text.length > TEXT_MAX
      ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } }
      : {};
  m.text = m.text.slice(0, TEXT_MAX);
  if (args.thread_ts && args.reply_broadcast) m.subtype = 'thread_broadcast';
  scan(ws, `${channel.name} ${m.ts}`, { ...args, automatic: (args.parse && args.parse !== 'none') || args.link_names });
  ws.put(channel, m);
  ws.slack.posted(ws, channel, m);
  ws.messageEvent(channel, m);
  return { channel: channel.id, ts: m.ts, message: shownMessage(m, true), ...warning };
}

function update(ws, args) {
  const channel = visible(ws, args.channel);
  if (channel.archived) refuse('is_archived');
  const m = message(ws, channel, args.ts);
  if (m.bot_id !== ws.botId) refuse('cant_update_message');
  content(ws, 'chat.update', args, { max: UPDATE_MAX });
  metadata(args);
  const before = { ...m };
  scan(ws, `${channel.name} ${m.ts}`, { ...args, automatic: args.parse !== 'none' });
  if (args.text !== undefined) m.text = args.text;
  if (args.blocks) m.blocks = ws.stored(args.blocks);
  else if (args.text !== undefined) delete m.blocks; // text alone removes blocks
  if (args.metadata && Object.keys(args.metadata).length) m.metadata = args.metadata;
  else if (args.metadata) delete m.metadata;
  m.edits = (m.edits ?? 0) + 1;
  if (!args.blocks) m.edited = { user: ws.bot.id, ts: ws.ts() };
  changed(ws, channel, m, before);
  return { channel: channel.id, ts: m.ts, text: m.text, message: shownMessage(m, true) };
}

export function changed(ws, channel, m, before) {
  ws.messageEvent(channel, {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    ts: ws.ts(),
    message: shownMessage(m),
    previous_message: shownMessage(before),
  });
}

export function removed(ws, channel, m) {
  m.gone = true;
  ws.messageEvent(channel, {
    type: 'message',
    subtype: 'message_deleted',
    hidden: true,
    ts: ws.ts(),
    deleted_ts: m.ts,
    previous_message: shownMessage(m),
  });
}

function deleteMessage(ws, args) {
  const channel = visible(ws, args.channel);
  const m = message(ws, channel, args.ts);
  if (m.bot_id !== ws.botId) refuse('cant_delete_message');
  removed(ws, channel, m);
  return { channel: channel.id, ts: m.ts };
}

// A message that only one member sees; also the answer in an ack and to a response_url.
export function whisper(ws, channel, user, args) {
  const m = { ...ws.fromBot(args), ephemeral_to: user };
  scan(ws, `${channel.name} ${m.ts} to ${user}`, {
    ...args,
    automatic: (args.parse && args.parse !== 'none') || args.link_names,
  });
  channel.ephemerals.push(m);
  ws.slack.changed();
  return m;
}

function postEphemeral(ws, args) {
  const channel = writable(ws, args.channel);
  content(ws, 'chat.postEphemeral', args);
  if (!channel.members.has(args.user)) refuse('user_not_in_channel');
  if (args.metadata)
    ws.slack.fault({ where: 'api', workspace: ws.name, what: 'chat.postEphemeral: metadata is not kept', detail: '' });
  ws.slack.limit(ws, 'chat.postEphemeral', channel.id);
  return { message_ts: whisper(ws, channel, args.user, args).ts };
}

const number = (ts) => {
  const [s, us = '0'] = ts.split('.');
  return BigInt(s) * 1000000n + BigInt(us.padEnd(6, '0').slice(0, 6));
};

function between(ws, messages, args) {
  for (const k of ['oldest', 'latest'])
    if (args[k] !== undefined && !/^\d+(\.\d+)?$/.test(args[k])) refuse(`invalid_ts_${k}`);
  const oldest = args.oldest && args.oldest !== '0' ? number(args.oldest) : null,
    latest = args.latest ? number(args.latest) : null;
  return messages.filter((m) => {
    const t = number(m.ts);
    if (oldest !== null && (args.inclusive ? t < oldest : t <= oldest)) return false;
    return !(latest !== null && (args.inclusive ? t > latest : t >= latest));
  });
}

function history(ws, args) {
  const channel = readable(ws, args.channel, 'history');
  const top = channel.messages.filter(
    (m) => !m.gone && (!m.thread_ts || m.thread_ts === m.ts || m.subtype === 'thread_broadcast'),
  );
  const found = between(ws, top, args).reverse();
  const { items, more, response_metadata } = page(ws, found, args, { max: 999 });
  return {
    messages: items.map((m) => shownMessage(m, args.include_all_metadata)),
    has_more: more,
    pin_count: channel.pins.length,
    response_metadata,
  };
}

function replies(ws, args) {
  const channel = readable(ws, args.channel, 'history');
  const parent = ws.find(channel, args.ts) ?? refuse('thread_not_found');
  const answers = channel.messages.filter((m) => !m.gone && m !== parent && m.thread_ts === parent.ts);
  const { items, more, response_metadata } = page(ws, [parent, ...between(ws, answers, args)], args, { max: 1000 });
  return { messages: items.map((m) => shownMessage(m, args.include_all_metadata)), has_more: more, response_metadata };
}

// ---- channels and people
function list(ws, args, mine) {
  const kinds = { public_channel: 'public', private_channel: 'private', im: 'im', mpim: 'mpim' };
  const types = (args.types ?? 'public_channel').split(',').map((t) => t.trim());
  if (types.some((t) => !kinds[t])) refuse('invalid_types');
  for (const t of types) needScope(ws, ws.scopeOf({ kind: kinds[t] }, 'read'));
  const seen = (c) => c.members.has(ws.bot.id) || (!mine && c.kind === 'public');
  const all = [...ws.channels.values()].filter(
    (c) => types.some((t) => kinds[t] === c.kind) && seen(c) && !(args.exclude_archived && c.archived),
  );
  const { items, response_metadata } = page(ws, all, args, { max: 999 });
  return { channels: items.map((c) => ws.describe(c)), response_metadata };
}

function join(ws, args) {
  const c = visible(ws, args.channel);
  if (c.kind !== 'public') refuse('method_not_supported_for_channel_type');
  if (c.archived) refuse('is_archived');
  if (c.members.has(ws.bot.id))
    return {
      channel: ws.describe(c),
      warning: 'already_in_channel',
      response_metadata: { warnings: ['already_in_channel'] },
    };
  ws.join(c, ws.bot);
  return { channel: ws.describe(c) };
}

function openIm(ws, args) {
  if (args.channel) return { channel: { id: visible(ws, args.channel).id }, no_op: true, already_open: true };
  const ids = (args.users ?? '').split(',').filter(Boolean);
  if (!ids.length) refuse('users_list_not_supplied');
  if (ids.length > 8) refuse('too_many_users');
  const people = ids.map((id) => ws.users.get(id) ?? refuse('user_not_found'));
  if (people.some((u) => u.deleted)) refuse('user_disabled');
  if (people.length > 1) needScope(ws, 'mpim:write');
  const c =
    people.length === 1
      ? ws.im(people[0])
      : ws.addChannel(`mpdm-${ids.join('-').toLowerCase()}`, { kind: 'mpim', members: people });
  return { channel: { id: c.id } };
}

function userOf(ws, id) {
  const u = ws.users.get(id) ?? refuse('user_not_found');
  return u.is_stranger ? refuse('user_not_visible') : { ...u };
}

// ---- views
export function aView(ws, args, type) {
  const { view } = args;
  if (!view || typeof view !== 'object') refuse('invalid_arguments', 'a view is required [json-pointer:/view]');
  if (Buffer.byteLength(JSON.stringify(view)) > VIEW_BYTES) refuse('view_too_large');
  const problems =
    view.type === type
      ? checkView(view, { file: (f) => ws.slack.fileReady(ws, f) })
      : [`view type must be ${type} [json-pointer:/view/type]`];
  if (problems.length) refuse('invalid_arguments', ...problems);
  scan(ws, `view ${view.callback_id ?? view.type}`, { blocks: view.blocks });
  return view;
}

function openView(ws, args) {
  const view = aView(ws, args, 'modal');
  const { user } = ws.spend(args.trigger_id);
  ws.dropViews(ws.stack(user));
  const made = ws.newView(view, user, null);
  ws.stacks.set(user, [made]);
  return { view: made };
}

export function pushView(ws, user, view) {
  const stack = ws.stack(user);
  if (stack.length >= 3) refuse('push_limit_reached');
  const made = ws.newView(view, user, stack[stack.length - 1]);
  stack.push(made);
  return made;
}

function push(ws, args) {
  const view = aView(ws, args, 'modal');
  const trigger = ws.spend(args.trigger_id);
  if (!ws.stack(trigger.user).some((v) => v.id === trigger.view)) refuse('not_found');
  return { view: pushView(ws, trigger.user, view) };
}

function updateView(ws, args) {
  const found = args.view_id
    ? ws.views.get(args.view_id)
    : [...ws.views.values()].find((v) => v.external_id && v.external_id === args.external_id);
  if (!found || found.type !== 'modal') refuse('not_found');
  const view = aView(ws, args, 'modal');
  if (args.hash !== undefined && args.hash !== found.hash) refuse('hash_conflict');
  return { view: ws.changeView(found, view) };
}

function publish(ws, args) {
  const view = aView(ws, args, 'home');
  const user = ws.users.get(args.user_id) ?? refuse('user_not_found');
  if (ws.homeTab === false) refuse('not_enabled');
  const old = ws.homes.get(user.id);
  if (old && args.hash !== undefined && args.hash !== old.hash) refuse('hash_conflict');
  const made = old ? ws.changeView(old, view) : ws.newView(view, user.id, null);
  ws.homes.set(user.id, made);
  return { view: made };
}

// ---- files
function uploadUrl(ws, args) {
  if (args.length < 1) refuse('missing_argument');
  const id = ws.id('F');
  const key = ws.slack.newUpload(ws, id);
  ws.files.set(id, { id, name: args.filename, length: args.length, title: '', data: null, complete: false, key });
  return { upload_url: `${ws.slack.origin}/upload/${key}`, file_id: id };
}

function completeUpload(ws, args) {
  const files = args.files.map((f) => {
    const file = ws.files.get(f.id);
    if (!file || !file.data || file.complete) refuse('file_not_found');
    return [file, f];
  });
  const targets = [args.channel_id, ...(args.channels ?? '').split(',')].filter(Boolean).map((id) => writable(ws, id));
  for (const [file, given] of files) {
    Object.assign(file, {
      title: given.title ?? file.name,
      complete: true,
      readyAt: ws.slack.mono() + ws.slack.options.fileReadyMs,
    });
  }
  for (const c of targets) {
    const m = {
      ...ws.fromBot({ text: args.initial_comment ?? '', thread_ts: args.thread_ts, blocks: args.blocks }),
      subtype: 'file_share',
      files: files.map(([f]) => ({ id: f.id, title: f.title })),
    };
    ws.put(c, m);
    ws.messageEvent(c, m);
  }
  return { files: files.map(([f]) => ({ id: f.id, title: f.title })) };
}

function describeFile(ws, args) {
  const f = ws.files.get(args.file);
  if (!f?.complete) refuse('file_not_found');
  return { file: { id: f.id, name: f.name, title: f.title, mimetype: 'image/png', size: f.length, user: ws.bot.id } };
}

// ---- pins, bookmarks, reactions
function pin(ws, args) {
  const c = visible(ws, args.channel);
  if (!c.members.has(ws.bot.id)) refuse('not_in_channel');
  if (c.archived) refuse('is_archived');
  message(ws, c, args.timestamp);
  if (c.pins.includes(args.timestamp)) refuse('already_pinned');
  if (c.pins.length >= 100) refuse('too_many_pins');
  c.pins.push(args.timestamp);
  return {};
}

function unpin(ws, args) {
  const c = visible(ws, args.channel);
  const at = c.pins.indexOf(args.timestamp);
  if (at < 0) refuse('no_pin');
  c.pins.splice(at, 1);
  return {};
}

function react(ws, args) {
  const c = visible(ws, args.channel);
  const m = message(ws, c, args.timestamp);
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(args.name)) refuse('invalid_name');
  m.reactions ??= [];
  if (m.reactions.some((r) => r.name === args.name)) refuse('already_reacted');
  m.reactions.push({ name: args.name, users: [ws.bot.id], count: 1 });
  return {};
}

function bookmark(ws, args) {
  const c = visible(ws, args.channel_id);
  c.bookmarks ??= [];
  c.bookmarks.push({ id: ws.id('Bk'), channel_id: c.id, title: args.title, link: args.link, type: args.type });
  return { bookmark: c.bookmarks[c.bookmarks.length - 1] };
}

// ---- scheduled messages
function schedule(ws, args) {
  const channel = writable(ws, args.channel);
  content(ws, 'chat.scheduleMessage', args);
  const ahead = Number(args.post_at) - ws.slack.wall() / 1000;
  if (ahead < 0) refuse('time_in_past');
  if (ahead > 120 * 86400) refuse('time_too_far');
  const id = ws.id('Q');
  ws.scheduled.set(id, { channel: channel.id, post_at: args.post_at });
  return { channel: channel.id, scheduled_message_id: id, post_at: args.post_at, message: { text: args.text } };
}

function unschedule(ws, args) {
  if (!ws.scheduled.delete(args.scheduled_message_id)) refuse('invalid_scheduled_message_id');
  return {};
}

export const HANDLERS = {
  'auth.test': (ws) => ({
    url: `https://${ws.domain}.slack.com/`,
    team: ws.name,
    user: ws.bot.name,
    team_id: ws.teamId,
    user_id: ws.bot.id,
    bot_id: ws.botId,
    is_enterprise_install: false,
    ...(ws.slack.options.authTest ?? {}),
  }),
  'bots.info': (ws) => ({
    bot: { id: ws.botId, deleted: false, name: ws.bot.name, app_id: ws.appId, user_id: ws.bot.id },
  }),
  'bookmarks.add': bookmark,
  'bookmarks.list': (ws, args) => ({ bookmarks: visible(ws, args.channel_id).bookmarks ?? [] }),
  'chat.delete': deleteMessage,
  'chat.deleteScheduledMessage': unschedule,
  'chat.getPermalink': (ws, args) => {
    const c = visible(ws, args.channel);
    return {
      channel: c.id,
      permalink: `https://${ws.domain}.slack.com/archives/${c.id}/p${message(ws, c, args.message_ts).ts.replace('.', '')}`,
    };
  },
  'chat.postEphemeral': postEphemeral,
  'chat.postMessage': postMessage,
  'chat.scheduleMessage': schedule,
  'chat.update': update,
  'conversations.history': history,
  'conversations.info': (ws, args) => {
    const c = readable(ws, args.channel, 'read');
    return { channel: { ...ws.describe(c), ...(args.include_num_members ? { num_members: c.members.size } : {}) } };
  },
  'conversations.join': join,
  'conversations.list': (ws, args) => list(ws, args, false),
  'conversations.members': (ws, args) => {
    const { items, response_metadata } = page(ws, [...readable(ws, args.channel, 'read').members], args);
    return { members: items, response_metadata };
  },
  'conversations.open': openIm,
  'conversations.replies': replies,
  'files.completeUploadExternal': completeUpload,
  'files.getUploadURLExternal': uploadUrl,
  'files.info': describeFile,
  'pins.add': pin,
  'pins.list': (ws, args) => ({
    items: visible(ws, args.channel).pins.map((ts) => ({ type: 'message', message: { ts } })),
  }),
  'pins.remove': unpin,
  'reactions.add': react,
  'team.info': (ws) => ({ team: { id: ws.teamId, name: ws.name, domain: ws.domain, email_domain: '', icon: {} } }),
  'usergroups.list': (ws, args) => ({
    usergroups: [...ws.groups.values()].map(({ users, ...g }) => (args.include_users ? { ...g, users } : g)),
  }),
  'usergroups.users.list': (ws, args) => ({
    users: (ws.groups.get(args.usergroup) ?? refuse('no_such_subteam')).users,
  }),
  'users.conversations': (ws, args) => list(ws, args, true),
  'users.info': (ws, args) => ({ user: userOf(ws, args.user) }),
  'users.list': (ws, args) => {
    if (args.limit === undefined && ws.slack.options.limitRequired) refuse('limit_required');
    const { items, response_metadata } = page(ws, [...ws.users.values()], args);
    return { members: items.map((u) => ({ ...u })), cache_ts: Math.floor(ws.slack.wall() / 1000), response_metadata };
  },
  'users.lookupByEmail': (ws, args) => ({
    user: [...ws.users.values()].find((u) => u.profile.email === args.email) ?? refuse('users_not_found'),
  }),
  'views.open': openView,
  'views.publish': publish,
  'views.push': push,
  'views.update': updateView,
};
