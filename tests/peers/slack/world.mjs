// What a workspace holds and what its members see: channels, messages, views, files, and the secrets that Slack
// hands out. No network here. Objects read as Slack's payloads do.

import { randomBytes, randomUUID } from 'node:crypto';
import { escape, blockLines, readable, optionsOf, elementsOf } from './blockkit.mjs';
import { BOT_SCOPES, EVENT_SCOPES } from './methods.mjs';

export class SlackError extends Error {
  constructor(code, extra = {}) {
    super(code);
    this.code = code;
    this.extra = extra;
  }
}
export const refuse = (code, ...messages) => {
  throw new SlackError(
    code,
    messages.length ? { response_metadata: { messages: messages.map((m) => `[ERROR] ${m}`) } } : {},
  );
};

export const secret = (bytes = 12) => randomBytes(bytes).toString('hex');
const idOf = (prefix, name) => `${prefix}0${name.toUpperCase().replace(/[^A-Z0-9]/g, '')}`;

const KINDS = { public: 'channels', private: 'groups', im: 'im', mpim: 'mpim' };
const TYPES = { public: 'channel', private: 'group', im: 'im', mpim: 'mpim' };
const PREFIX = { public: 'C', private: 'G', im: 'D', mpim: 'G' };

export class Workspace {
  // options: name, members: [names or {name, tz, …}], channels: {'#west': [names]}, scopes, events, shouldEscape
  constructor(slack, options = {}) {
    this.slack = slack;
    this.name = options.name ?? 'acme';
    this.domain = this.name;
    this.teamId = options.teamId ?? idOf('T', this.name);
    this.appId = options.appId ?? idOf('A', this.name);
    this.botId = idOf('B', this.name);
    this.appToken = options.appToken ?? `xapp-1-${secret()}`;
    this.botToken = options.botToken ?? `xoxb-${secret()}`;
    this.scopes = new Set(options.scopes ?? BOT_SCOPES);
    this.events = new Set(options.events ?? Object.keys(EVENT_SCOPES));
    this.shouldEscape = options.shouldEscape ?? true;
    this.tokenState = ''; // else the error that every call gets: "token_revoked"
    this.users = new Map();
    this.channels = new Map();
    this.groups = new Map();
    this.files = new Map();
    this.views = new Map();
    this.homes = new Map(); // user → view
    this.stacks = new Map(); // user → open modals, root first
    this.triggers = new Map();
    this.responses = new Map(); // secret → what a response_url belongs to
    this.uploads = new Map();
    this.scheduled = new Map();
    this.cursors = new Map();
    this.lastTs = 0n;
    this.serial = 0;
    this.bot = this.addUser({ name: options.bot ?? 'anchord', is_bot: true });
    this.addUser({ name: 'slackbot', id: 'USLACKBOT' });
    for (const m of options.members ?? []) this.addUser(typeof m === 'string' ? { name: m } : m);
    for (const [name, members] of Object.entries(options.channels ?? {})) this.addChannel(name, { members });
  }

  // ---- names and numbers
  id(prefix) {
    this.serial += 1;
    return `${prefix}${this.serial.toString(36).toUpperCase().padStart(9, '0')}`;
  }

  ts() {
    const now = BigInt(Math.round(this.slack.wall() * 1000));
    this.lastTs = now > this.lastTs ? now : this.lastTs + 1n;
    return `${this.lastTs / 1000000n}.${String(this.lastTs % 1000000n).padStart(6, '0')}`;
  }

  user(who) {
    if (who instanceof Object) return who;
    const user = this.users.get(who) ?? [...this.users.values()].find((u) => u.name === who);
    if (!user) throw new Error(`no user ${who} in ${this.name}`);
    return user;
  }

  channel(which) {
    if (which instanceof Object) return which;
    const name = String(which).replace(/^#/, '');
    const channel = this.channels.get(which) ?? [...this.channels.values()].find((c) => c.name === name);
    if (!channel) throw new Error(`no channel ${which} in ${this.name}`);
    return channel;
  }

  get names() {
    return { user: (id) => this.users.get(id)?.name, channel: (id) => this.channels.get(id)?.name };
  }

  get known() {
    return { user: (id) => this.users.has(id), channel: (id) => this.channels.has(id) };
  }

  // ---- people
  addUser({ name, id, tz = 'Europe/Berlin', ...rest }) {
    const user = {
      id: id ?? idOf('U', name),
      team_id: this.teamId,
      name,
      deleted: false,
      real_name: name,
      tz,
      tz_label: tz,
      tz_offset: 7200,
      profile: { display_name: name, real_name: name },
      is_admin: false,
      is_owner: false,
      is_primary_owner: false,
      is_restricted: false,
      is_ultra_restricted: false,
      is_bot: false,
      is_app_user: false,
      updated: 1700000000,
      ...rest,
    };
    this.users.set(user.id, user);
    return user;
  }

  setGroup(handle, members, { id = idOf('S', handle), announce = true } = {}) {
    const old = this.groups.get(id);
    const users = members.map((m) => this.user(m).id);
    this.groups.set(id, { id, team_id: this.teamId, is_usergroup: true, handle, name: handle, date_delete: 0, users });
    if (old && announce)
      this.event('subteam_members_changed', {
        subteam_id: id,
        team_id: this.teamId,
        added_users: users.filter((u) => !old.users.includes(u)),
        removed_users: old.users.filter((u) => !users.includes(u)),
      });
    return id;
  }

  changeUser(who, change) {
    const user = Object.assign(this.user(who), change);
    this.event('user_change', { user: { ...user }, cache_ts: Math.floor(this.slack.wall() / 1000) });
    return user;
  }

  // ---- channels
  addChannel(name, { members = [], kind = 'public', id, bot = true, user, archived = false } = {}) {
    const plain = name.replace(/^#/, '');
    const channel = {
      id: id ?? idOf(PREFIX[kind], plain),
      name: plain,
      kind,
      archived,
      user,
      created: 1700000000,
      topic: '',
      purpose: '',
      members: new Set([...members.map((m) => this.user(m).id), ...(bot ? [this.bot.id] : [])]),
      messages: [],
      byTs: new Map(),
      ephemerals: [],
      pins: [],
    };
    this.channels.set(channel.id, channel);
    return channel;
  }

  im(who, bot = this.bot) {
    const user = this.user(who);
    const found = [...this.channels.values()].find((c) => c.kind === 'im' && c.user === user.id);
    return (
      found ??
      this.addChannel(`dm-${user.name}`, { kind: 'im', members: [user, bot], user: user.id, id: idOf('D', user.name) })
    );
  }

  describe(c) {
    return {
      id: c.id,
      name: c.kind === 'im' ? undefined : c.name,
      is_channel: c.kind === 'public',
      is_group: c.kind === 'private',
      is_im: c.kind === 'im',
      is_mpim: c.kind === 'mpim',
      is_private: c.kind !== 'public',
      is_archived: c.archived,
      is_member: c.members.has(this.bot.id),
      is_general: false,
      is_shared: false,
      is_ext_shared: false,
      is_org_shared: false,
      is_frozen: false,
      context_team_id: this.teamId,
      created: c.created,
      topic: { value: c.topic, creator: '', last_set: 0 },
      purpose: { value: c.purpose, creator: '', last_set: 0 },
      ...(c.kind === 'im' ? { user: c.user } : {}),
    };
  }

  scopeOf(channel, what) {
    return `${KINDS[channel.kind]}:${what}`;
  }

  join(which, who, { inviter, announce = true } = {}) {
    const c = this.channel(which),
      user = this.user(who);
    c.members.add(user.id);
    if (announce)
      this.event(
        'member_joined_channel',
        { user: user.id, channel: c.id, channel_type: c.id[0], team: this.teamId, inviter },
        { channel: c },
      );
    if (announce) this.systemMessage(c, 'channel_join', user, `<@${user.id}> has joined the channel`);
  }

  leave(which, who, { announce = true } = {}) {
    const c = this.channel(which),
      user = this.user(who);
    const bot = user.id === this.bot.id;
    if (announce)
      this.event(
        'member_left_channel',
        { user: user.id, channel: c.id, channel_type: c.id[0], team: this.teamId },
        { channel: c },
      );
    c.members.delete(user.id);
    if (announce && bot)
      this.event(c.kind === 'public' ? 'channel_left' : 'group_left', { channel: c.id, actor_id: user.id });
  }

  archive(which, on = true) {
    const c = this.channel(which);
    c.archived = on;
    this.event(
      `${c.kind === 'public' ? 'channel' : 'group'}_${on ? 'archive' : 'unarchive'}`,
      { channel: c.id, user: 'USLACKBOT' },
      { channel: c },
    );
  }

  rename(which, name) {
    const c = this.channel(which);
    c.name = name.replace(/^#/, '');
    this.event(
      c.kind === 'public' ? 'channel_rename' : 'group_rename',
      {
        channel: {
          id: c.id,
          name: c.name,
          name_normalized: c.name,
          created: c.created,
          is_channel: true,
          is_mpim: false,
        },
      },
      { channel: c },
    );
  }

  changeId(which, to) {
    const c = this.channel(which),
      from = c.id;
    this.channels.delete(from);
    c.id = to;
    this.channels.set(to, c);
    this.event('channel_id_changed', { old_channel_id: from, new_channel_id: to });
  }

  removeChannel(which) {
    const c = this.channel(which);
    this.channels.delete(c.id);
    this.event(c.kind === 'public' ? 'channel_deleted' : 'group_deleted', { channel: c.id });
  }

  // ---- messages
  put(channel, message) {
    channel.messages.push(message);
    channel.byTs.set(message.ts, message);
    return message;
  }

  find(channel, ts) {
    const m = channel.byTs.get(ts);
    return m && !m.gone ? m : undefined;
  }

  systemMessage(channel, subtype, user, text) {
    const m = this.put(channel, { type: 'message', subtype, user: user.id, text, ts: this.ts() });
    this.messageEvent(channel, m);
  }

  messageEvent(channel, message) {
    const { gone, ...fields } = message; // ours, not Slack's
    this.event(
      'message',
      { ...fields, channel: channel.id, channel_type: TYPES[channel.kind], event_ts: message.event_ts ?? message.ts },
      { subscription: `message.${KINDS[channel.kind]}`, channel },
    );
  }

  fromBot(args) {
    return {
      type: 'message',
      user: this.bot.id,
      bot_id: this.botId,
      app_id: this.appId,
      team: this.teamId,
      text: args.text ?? '',
      ts: this.ts(),
      bot_profile: { id: this.botId, app_id: this.appId, name: this.bot.name, team_id: this.teamId },
      ...(args.blocks ? { blocks: this.stored(args.blocks) } : {}),
      ...(args.metadata ? { metadata: args.metadata } : {}),
      ...(args.thread_ts ? { thread_ts: args.thread_ts } : {}),
    };
  }

  // Slack gives ids to blocks and elements that have none.
  stored(blocks) {
    const copy = structuredClone(blocks);
    for (const block of copy) {
      block.block_id ??= secret(3);
      for (const e of elementsOf(block))
        if (e.type !== 'image' && !['plain_text', 'mrkdwn'].includes(e.type)) e.action_id ??= secret(3);
    }
    return copy;
  }

  // As a person's client sends it: "@jonas" becomes a mention, the three characters are escaped.
  typed(text) {
    const escaped = escape(text);
    return escaped
      .replace(/(^|[\s(,;:])@([\w.-]*\w)/g, (all, before, name) => {
        const user = [...this.users.values()].find((u) => u.name === name);
        const group = [...this.groups.values()].find((g) => g.handle === name);
        return user ? `${before}<@${user.id}>` : group ? `${before}<!subteam^${group.id}|@${name}>` : all;
      })
      .replace(/(^|[\s(,;:])#([\w-]*\w)/g, (all, before, name) => {
        const c = [...this.channels.values()].find((x) => x.name === name && x.kind === 'public');
        return c ? `${before}<#${c.id}|${c.name}>` : all;
      })
      .replace(/(^|\s)(https?:\/\/[^\s|<>]+)/g, '$1<$2>');
  }

  lines(message) {
    const names = this.names;
    const blocks = blockLines(message.blocks, names);
    return blocks.length ? blocks : readable(message.text, names).split('\n');
  }

  // ---- secrets that Slack hands out with an interaction
  trigger(user, extra = {}) {
    const id = `${secret(5)}.${this.teamId}.${secret(16)}`;
    this.triggers.set(id, { user: user.id, until: this.slack.mono() + this.slack.options.triggerMs, ...extra });
    return id;
  }

  spend(id) {
    const trigger = this.triggers.get(id);
    if (!trigger) refuse('invalid_trigger_id');
    if (trigger.used) refuse('exchanged_trigger_id');
    if (this.slack.mono() > trigger.until) refuse('expired_trigger_id');
    trigger.used = true;
    return trigger;
  }

  responseUrl(user, channel, message) {
    const key = secret(16);
    const response = {
      key,
      user: user.id,
      channel: channel.id,
      message,
      uses: 0,
      until: this.slack.mono() + this.slack.options.responseUrlMs,
    };
    this.responses.set(key, response);
    this.slack.responses.set(key, { workspace: this, response });
    const url = `${this.slack.origin}/response/${key}`;
    this.slack.secrets.add(key);
    return url;
  }

  // ---- views
  stack(user) {
    if (!this.stacks.has(user)) this.stacks.set(user, []);
    return this.stacks.get(user);
  }

  newView(given, user, previous) {
    if (given.external_id && [...this.views.values()].some((v) => v.external_id === given.external_id))
      refuse('duplicate_external_id');
    const id = this.id('V');
    const view = {
      id,
      team_id: this.teamId,
      app_installed_team_id: this.teamId,
      app_id: this.appId,
      bot_id: this.botId,
      previous_view_id: previous?.id ?? null,
      root_view_id: previous?.root_view_id ?? id,
      hash: '',
      private_metadata: '',
      callback_id: '',
      external_id: '',
      clear_on_close: false,
      notify_on_close: false,
      ...structuredClone(given),
      submit: given.submit ?? null,
      close: given.close ?? null,
      blocks: this.stored(given.blocks),
      state: { values: {} },
    };
    view.state.values = initialState(view.blocks);
    this.touch(view);
    this.views.set(id, view);
    Object.defineProperty(view, 'owner', { value: user, enumerable: false });
    return view;
  }

  touch(view) {
    view.hash = `${Math.floor(this.slack.wall() / 1000)}.${secret(4)}`;
    Object.defineProperty(view, 'version', { value: (view.version ?? 0) + 1, enumerable: false, configurable: true });
  }

  changeView(view, given) {
    const other =
      given.external_id && [...this.views.values()].find((v) => v !== view && v.external_id === given.external_id);
    if (other) refuse('duplicate_external_id');
    const before = view.state.values;
    for (const k of ['private_metadata', 'callback_id', 'external_id']) view[k] = '';
    Object.assign(view, structuredClone(given), {
      submit: given.submit ?? null,
      close: given.close ?? null,
      blocks: this.stored(given.blocks),
    });
    view.state = { values: initialState(view.blocks, before) };
    this.touch(view);
    return view;
  }

  dropViews(views) {
    for (const v of views) this.views.delete(v.id);
  }

  // ---- events
  // Sends an Events API callback where the app subscribed to it, has its scope and sees the channel.
  event(type, fields, { subscription = type, channel, id } = {}) {
    const scope = EVENT_SCOPES[subscription];
    if (!this.events.has(subscription) || (scope && !this.scopes.has(scope))) return null;
    if (channel && !channel.members.has(this.bot.id)) return null;
    const event = { type, ...fields, event_ts: fields.event_ts ?? this.ts() };
    return this.slack.sendEvent(this, event, id ?? this.id('Ev'));
  }

  eventPayload(event, id) {
    return {
      token: 'verification',
      team_id: this.teamId,
      context_team_id: this.teamId,
      context_enterprise_id: null,
      api_app_id: this.appId,
      event,
      type: 'event_callback',
      event_id: id,
      event_time: Math.floor(this.slack.wall() / 1000),
      is_ext_shared_channel: false,
      event_context: `4-${id}`,
      authorizations: [
        { enterprise_id: null, team_id: this.teamId, user_id: this.bot.id, is_bot: true, is_enterprise_install: false },
      ],
    };
  }

  clientMessageId() {
    return randomUUID();
  }
}

// What an element holds before anybody touched it, by type: [field of the state, value].
const users = (e) => ['selected_users', e.initial_users ?? []];
const START = {
  plain_text_input: (e) => ['value', e.initial_value ?? null],
  number_input: (e) => ['value', e.initial_value ?? null],
  email_text_input: (e) => ['value', e.initial_value ?? null],
  url_text_input: (e) => ['value', e.initial_value ?? null],
  rich_text_input: (e) => ['rich_text_value', e.initial_value ?? null],
  file_input: () => ['files', []],
  static_select: (e) => ['selected_option', e.initial_option ?? null],
  external_select: (e) => ['selected_option', e.initial_option ?? null],
  radio_buttons: (e) => ['selected_option', e.initial_option ?? null],
  checkboxes: (e) => ['selected_options', e.initial_options ?? []],
  multi_static_select: (e) => ['selected_options', e.initial_options ?? []],
  multi_external_select: (e) => ['selected_options', e.initial_options ?? []],
  users_select: (e) => ['selected_user', e.initial_user ?? null],
  multi_users_select: users,
  conversations_select: (e) => ['selected_conversation', e.initial_conversation ?? null],
  multi_conversations_select: (e) => ['selected_conversations', e.initial_conversations ?? []],
  channels_select: (e) => ['selected_channel', e.initial_channel ?? null],
  multi_channels_select: (e) => ['selected_channels', e.initial_channels ?? []],
  datepicker: (e) => ['selected_date', e.initial_date ?? null],
  timepicker: (e) => ['selected_time', e.initial_time ?? null],
  datetimepicker: (e) => ['selected_date_time', e.initial_date_time ?? null],
};

export const stateField = (element) => START[element.type]?.(element);

// What was typed stays for an unchanged block_id and action_id of the same type.
export function initialState(blocks, before = {}) {
  const values = {};
  for (const block of blocks) {
    for (const e of elementsOf(block)) {
      const start = stateField(e);
      if (!start) continue;
      const kept = before[block.block_id]?.[e.action_id];
      (values[block.block_id] ??= {})[e.action_id] =
        kept?.type === e.type ? kept : { type: e.type, [start[0]]: start[1] };
    }
  }
  return values;
}

export { optionsOf };
