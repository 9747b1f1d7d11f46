// A member of a workspace: types, presses, fills in and submits as a person would, and sees what a person sees.
//
//   const maria = ws.member('maria');
//   await maria.slash('#west', '/sprint open');
//   const modal = await maria.modal();
//   await modal.fill({ 'Sprint objective': 'Restore momentum' });
//   await modal.submit();
//   await maria.finds('#west', /Restore momentum/);

import { blockLines, elementsOf, optionsOf, readable } from './blockkit.mjs';
import { aView, changed, pushView, removed } from './handlers.mjs';
import { SlackError, stateField } from './world.mjs';

const label = (element) => element.text?.text ?? element.placeholder?.text ?? element.action_id;
const matches = (wanted, ...names) =>
  names.some((n) => n !== undefined && (wanted instanceof RegExp ? wanted.test(n) : n === wanted));
const listed = (things) => things.map((t) => JSON.stringify(t)).join(', ') || 'nothing';

// Every element of blocks that can be pressed or filled in, with its block.
function controls(blocks) {
  return (blocks ?? []).flatMap((block) =>
    elementsOf(block)
      .filter((e) => e.action_id !== undefined)
      .map((element) => ({ block, element })),
  );
}

// What a person's choice is, by type of element: the state's field and what it holds.
function picked(ws, element, value) {
  const [field] = stateField(element);
  const option = (v) => {
    const found = optionsOf(element).find((o) => matches(v, o.text.text, o.value));
    if (!found)
      throw new Error(
        `${element.action_id} offers no ${v}, only ${listed(optionsOf(element).map((o) => o.text.text))}`,
      );
    return found;
  };
  const channel = (v) => ws.channel(v).id,
    user = (v) => ws.user(v).id;
  const empty = value === null || value === '';
  const one = {
    selected_option: option,
    selected_user: user,
    selected_conversation: channel,
    selected_channel: channel,
  }[field];
  const many = {
    selected_options: option,
    selected_users: user,
    selected_conversations: channel,
    selected_channels: channel,
  }[field];
  if (one) return [field, empty ? null : one(value)];
  if (many) return [field, [].concat(value ?? []).map(many)];
  return [field, empty ? null : field === 'value' ? String(value) : value];
}

const isEmpty = (v) => v === null || v === undefined || v === '' || (Array.isArray(v) && !v.length);

// What Slack's own client refuses before anything is sent.
function localErrors(view) {
  const errors = {};
  for (const b of view.blocks) {
    if (b.type !== 'input') continue;
    const e = b.element,
      [field] = stateField(e) ?? [];
    const v = field && view.state.values[b.block_id]?.[e.action_id]?.[field];
    const say = (what) => {
      errors[b.block_id] = what;
    };
    if (isEmpty(v)) {
      if (!b.optional) say('Please complete this required field.');
      continue;
    }
    if (field !== 'value') continue;
    if (e.max_length !== undefined && v.length > e.max_length) say(`Must be less than ${e.max_length + 1} characters`);
    if (e.min_length !== undefined && v.length < e.min_length) say(`Must be at least ${e.min_length} characters`);
    if (e.type === 'plain_text_input' && !e.multiline && /\n/.test(v)) say('One line only');
    if (e.type !== 'number_input') continue;
    if (!/^-?\d+(\.\d+)?$/.test(v) || (!e.is_decimal_allowed && v.includes('.'))) say('Must be a valid number');
    else if (Number(v) < Number(e.min_value ?? -Infinity) || Number(v) > Number(e.max_value ?? Infinity))
      say('Out of range');
  }
  return errors;
}

class Modal {
  constructor(member, view) {
    this.member = member;
    this.ws = member.ws;
    this.view = view;
    this.errors = {};
  }

  get slack() {
    return this.ws.slack;
  }

  get open() {
    const stack = this.ws.stack(this.member.id);
    return stack[stack.length - 1] === this.view;
  }

  get title() {
    return this.view.title?.text;
  }

  get version() {
    return this.view.version;
  }

  // Lines as a person reads them, labels and hints included.
  get lines() {
    return blockLines(this.view.blocks, this.ws.names);
  }

  get text() {
    return this.lines.join('\n');
  }

  get inputs() {
    return controls(this.view.blocks)
      .filter(({ element }) => stateField(element))
      .map(({ block, element }) => {
        const [field] = stateField(element);
        const value = this.view.state.values[block.block_id]?.[element.action_id]?.[field] ?? null;
        return {
          label: block.label?.text ?? label(element),
          hint: block.hint?.text,
          block_id: block.block_id,
          action_id: element.action_id,
          type: element.type,
          value,
          optional: !!block.optional,
          options: optionsOf(element).map((o) => o.text.text),
          element,
          error: this.errors[block.block_id],
        };
      });
  }

  input(wanted) {
    const found = this.inputs.find(
      (i) => matches(wanted, i.label, i.block_id, i.action_id) || i.block_id.startsWith(`${wanted}:`),
    );
    if (!found) throw new Error(`no input ${wanted} in "${this.title}": ${listed(this.inputs.map((i) => i.label))}`);
    return found;
  }

  get buttons() {
    return controls(this.view.blocks)
      .filter(({ element }) => element.type === 'button')
      .map(({ element }) => element.text.text);
  }

  // {label or block_id or its first part: value}; elements that dispatch send their action.
  async fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const { block_id, action_id, element } = this.input(name);
      const block = this.view.blocks.find((b) => b.block_id === block_id);
      const [field, held] = picked(this.ws, element, value);
      (this.view.state.values[block_id] ??= {})[action_id] = { type: element.type, [field]: held };
      if (block.type !== 'input' || block.dispatch_action)
        await this.member.act({ view: this.view }, block, element, { [field]: held });
    }
    return this;
  }

  press(wanted) {
    const found = controls(this.view.blocks).find(
      ({ element }) =>
        element.type === 'button' && matches(wanted, element.text.text, element.action_id, element.value),
    );
    if (!found) throw new Error(`no button ${wanted} in "${this.title}": ${listed(this.buttons)}`);
    return this.member.act({ view: this.view }, found.block, found.element, {
      value: found.element.value,
      text: found.element.text,
    });
  }

  // Resolves when the app changed this view (views.update) since `version`.
  updated(version = this.version, ms = 5000) {
    return this.slack.until(`"${this.title}" is updated`, () => this.view.version > version, ms);
  }

  // {errors} (local: Slack's client did not even send it), {updated}, {pushed}, {cleared}, {closed}, or {failed}: the modal
  // stays and says that something went wrong. `unchecked` sends what Slack's client would refuse.
  async submit({ unchecked = false } = {}) {
    const local = unchecked ? {} : localErrors(this.view);
    if (Object.keys(local).length) {
      this.errors = local;
      return { errors: local, local: true };
    }
    const m = this.member;
    const answer = await this.ws.socket.deliver(
      'interactive',
      {
        ...m.common('view_submission'),
        trigger_id: this.ws.trigger(m.user, { view: this.view.id }),
        view: this.payload(),
        response_urls: [],
      },
      { accepts: true },
    );
    if (answer.failed) return { failed: answer.failed };
    return this.answered(answer.payload);
  }

  payload() {
    const view = structuredClone(this.view);
    if (!Object.keys(view.state.values).length && this.slack.options.emptyStateAsArray) view.state.values = [];
    return view;
  }

  wrong(what, detail) {
    this.slack.fault({ where: 'ack', workspace: this.ws.name, what, detail });
    return { failed: what };
  }

  answered(payload) {
    const action = payload?.response_action;
    this.errors = {};
    try {
      switch (action) {
        case undefined:
          if (payload && Object.keys(payload).length)
            return this.wrong('an answer to view_submission without response_action', Object.keys(payload).join());
          this.pop();
          return { closed: true };
        case 'errors':
          return this.refused(payload.errors);
        case 'update':
          this.ws.changeView(this.view, aView(this.ws, payload, 'modal'));
          this.slack.changed();
          return { updated: this };
        case 'push':
          return {
            pushed: new Modal(this.member, pushView(this.ws, this.member.id, aView(this.ws, payload, 'modal'))),
          };
        case 'clear':
          this.drop(this.ws.stack(this.member.id));
          return { cleared: true };
        default:
          return this.wrong('an unknown response_action', String(action));
      }
    } catch (e) {
      if (!(e instanceof SlackError)) throw e;
      return this.wrong(`response_action ${action}: ${e.code}`, (e.extra.response_metadata?.messages ?? []).join('; '));
    }
  }

  refused(errors) {
    const inputs = this.view.blocks.filter((b) => b.type === 'input').map((b) => b.block_id);
    const entries = errors && typeof errors === 'object' ? Object.entries(errors) : [];
    const stray = entries.filter(([k, v]) => !inputs.includes(k) || typeof v !== 'string' || !v);
    if (!entries.length || stray.length)
      return this.wrong('errors at what is no input block', JSON.stringify(stray.map(([k]) => k)));
    this.errors = errors;
    return { errors };
  }

  drop(views) {
    this.ws.dropViews(views);
    const stack = this.ws.stack(this.member.id);
    this.ws.stacks.set(
      this.member.id,
      stack.filter((v) => !views.includes(v)),
    );
    this.slack.changed();
  }

  pop() {
    this.drop([this.view]);
  }

  // Closes this view; `all` is the cross of a stack.
  async close({ all = false } = {}) {
    const stack = [...this.ws.stack(this.member.id)];
    const views = all || this.view.clear_on_close ? stack : [this.view];
    this.drop(views);
    const told = all ? stack[0] : this.view;
    if (!views.some((v) => v.notify_on_close)) return { closed: true };
    const view = all ? { ...structuredClone(told) } : this.payload();
    return this.ws.socket.deliver('interactive', { ...this.member.common('view_closed'), view, is_cleared: all }, {});
  }

  // What an external select offers for typed text.
  async suggest(wanted, value) {
    const { block_id, action_id } = this.input(wanted);
    const answer = await this.ws.socket.deliver(
      'interactive',
      {
        ...this.member.common('block_suggestion'),
        block_id,
        action_id,
        value,
        container: { type: 'view', view_id: this.view.id },
        view: this.payload(),
      },
      { accepts: true },
    );
    if (answer.failed) return answer;
    const options = answer.payload?.options ?? answer.payload?.option_groups;
    return Array.isArray(options) && options.length <= 100
      ? options
      : this.wrong('block_suggestion without options', '');
  }
}

export class Member {
  constructor(ws, user) {
    this.ws = ws;
    this.user = user;
  }

  get id() {
    return this.user.id;
  }

  get slack() {
    return this.ws.slack;
  }

  common(type) {
    const { ws, user } = this;
    return {
      type,
      token: 'verification',
      team: { id: ws.teamId, domain: ws.domain },
      enterprise: null,
      is_enterprise_install: false,
      api_app_id: ws.appId,
      user: { id: user.id, username: user.name, name: user.name, team_id: ws.teamId },
    };
  }

  // ---- saying
  // A slash command: "/sprint open …". Resolves to {message} (what the app answered, if it did), or {failed} with what Slack
  // shows: dispatch_failed, operation_timeout.
  async slash(where, line, { raw = false } = {}) {
    const { ws } = this;
    const channel = where === 'dm' ? ws.im(this.user) : ws.channel(where);
    const [, command, given = ''] = line.match(/^(\/\S+)\s?([\s\S]*)$/) ?? [];
    if (!command) throw new Error(`no slash command: ${line}`);
    const named = (t) => ws.typed(t).replace(/<@(\w+)>/g, (_, id) => `<@${id}|${ws.names.user(id)}>`);
    const text = raw || !ws.shouldEscape ? given : named(given);
    const answer = await ws.socket.deliver(
      'slash_commands',
      {
        token: 'verification',
        team_id: ws.teamId,
        team_domain: ws.domain,
        channel_id: channel.id,
        channel_name: { im: 'directmessage', private: 'privategroup' }[channel.kind] ?? channel.name,
        user_id: this.id,
        user_name: this.user.name,
        command,
        text,
        api_app_id: ws.appId,
        is_enterprise_install: 'false',
        response_url: ws.responseUrl(this.user, channel),
        trigger_id: ws.trigger(this.user),
      },
      { accepts: true },
    );
    if (answer.failed) return answer;
    if (!answer.payload) return { ok: true, ackMs: answer.ackMs };
    const message = this.answered('slash', () =>
      this.slack.respond(ws, { user: this.id, channel: channel.id }, answer.payload),
    );
    return message.failed ? message : { ok: true, ackMs: answer.ackMs, message: this.shown(channel, message) };
  }

  answered(what, make) {
    try {
      return make();
    } catch (e) {
      if (!(e instanceof SlackError)) throw e;
      this.slack.fault({
        where: 'ack',
        workspace: this.ws.name,
        what: `${what}: ${e.code}`,
        detail: (e.extra.response_metadata?.messages ?? []).join('; '),
      });
      return { failed: e.code };
    }
  }

  // Says something; resolves at once to the message. `thread`: a message or its ts. `raw`: text as it stands on the wire.
  say(where, text, { thread, raw = false, broadcast = false, extra = {} } = {}) {
    const { ws } = this;
    const channel = where === 'dm' ? ws.im(this.user) : ws.channel(where);
    if (!channel.members.has(this.id)) throw new Error(`${this.user.name} is not in ${channel.name}`);
    const thread_ts = thread && (thread.thread_ts ?? thread.ts ?? thread);
    const m = ws.put(channel, {
      type: 'message',
      user: this.id,
      text: raw ? text : ws.typed(text),
      ts: ws.ts(),
      team: ws.teamId,
      client_msg_id: ws.clientMessageId(),
      ...(thread_ts ? { thread_ts, parent_user_id: channel.byTs.get(thread_ts)?.user } : {}),
      ...(broadcast ? { subtype: 'thread_broadcast' } : {}),
      ...extra,
    });
    ws.messageEvent(channel, m);
    if (channel.kind !== 'im' && m.text.includes(`<@${ws.bot.id}>`)) this.mentioned(channel, m);
    this.slack.changed();
    return this.shown(channel, m);
  }

  // A post that names the app comes twice: as a message, and as app_mention with an event_id of its own.
  mentioned(channel, m) {
    const { type, subtype, ...fields } = m;
    this.ws.event('app_mention', { ...fields, channel: channel.id, event_ts: m.ts }, { channel });
  }

  mention(where, text, how) {
    return this.say(where, `@${this.ws.bot.name} ${text}`, how);
  }

  dm(text, how) {
    return this.say('dm', text, how);
  }

  edit(message, text) {
    const { channel, raw } = this.own(message);
    const before = { ...raw };
    Object.assign(raw, { text: this.ws.typed(text), edited: { user: this.id, ts: this.ws.ts() } });
    changed(this.ws, channel, raw, before);
    return this.shown(channel, raw);
  }

  remove(message) {
    const { channel, raw } = this.own(message);
    removed(this.ws, channel, raw);
  }

  own(message) {
    if (message.raw.user !== this.id) throw new Error(`the message is not ${this.user.name}'s own`);
    return message;
  }

  join(where) {
    this.ws.join(where, this.user);
  }

  leave(where) {
    this.ws.leave(where, this.user);
  }

  // ---- seeing
  shown(channel, m) {
    const lines = this.ws.lines(m);
    return {
      ts: m.ts,
      thread_ts: m.thread_ts,
      from: this.ws.users.get(m.user)?.name,
      bot: !!m.bot_id,
      lines,
      text: lines.join('\n'),
      fallback: readable(m.text, this.ws.names),
      buttons: controls(m.blocks)
        .filter(({ element }) => element.type === 'button')
        .map(({ element }) => element.text.text),
      ephemeral: !!m.ephemeral_to,
      pinned: channel.pins.includes(m.ts),
      files: m.files,
      metadata: m.metadata,
      channel,
      raw: m,
    };
  }

  // The messages of a channel as this member sees them, oldest first, ephemeral ones included. `thread`: of one thread alone.
  sees(where, { thread } = {}) {
    const channel = where === 'dm' ? this.ws.im(this.user) : this.ws.channel(where);
    const root = thread && (thread.thread_ts ?? thread.ts ?? thread);
    const all = [
      ...channel.messages.filter((m) => !m.gone),
      ...channel.ephemerals.filter((m) => m.ephemeral_to === this.id),
    ];
    return all
      .filter((m) => !root || m.ts === root || m.thread_ts === root)
      .sort((a, b) => (a.ts < b.ts ? -1 : 1))
      .map((m) => this.shown(channel, m));
  }

  // Waits for a message that matches, and returns the newest such. `after`: a message that it has to be newer than.
  finds(where, pattern, { ms = 5000, after, thread } = {}) {
    const test = (m) =>
      pattern instanceof RegExp
        ? pattern.test(m.text)
        : typeof pattern === 'function'
          ? pattern(m)
          : m.text.includes(pattern);
    const found = () =>
      this.sees(where, { thread })
        .filter((m) => (!after || m.ts > (after.ts ?? after)) && test(m))
        .pop();
    return this.slack.until(`${this.user.name} sees ${pattern} in ${where}`, found, ms).catch((e) => {
      const seen = this.sees(where, { thread })
        .slice(-4)
        .map((m) => `\n    ${m.ephemeral ? '(only to them) ' : ''}${m.text.replaceAll('\n', '\n      ')}`)
        .join('');
      throw new Error(`${e.message}\n  sees:${seen || ' nothing'}`);
    });
  }

  // The open modal on top, waited for.
  async modal({ title, ms = 5000 } = {}) {
    const top = () => {
      const stack = this.ws.stack(this.id);
      const view = stack[stack.length - 1];
      return view && (title === undefined || matches(title, view.title?.text)) ? view : null;
    };
    return new Modal(
      this,
      await this.slack.until(`${this.user.name} sees a modal${title ? ` ${title}` : ''}`, top, ms),
    );
  }

  get modals() {
    return this.ws.stack(this.id).map((v) => new Modal(this, v));
  }

  // Opens the app's Home; resolves to what it shows, once the app has published it.
  async home({ ms = 3000, wait = true } = {}) {
    const { ws } = this;
    const before = ws.homes.get(this.id)?.version ?? 0;
    ws.event('app_home_opened', {
      user: this.id,
      channel: ws.im(this.user).id,
      tab: 'home',
      ...(before ? { view: structuredClone(ws.homes.get(this.id)) } : {}),
    });
    if (wait)
      await this.slack.until(
        `${this.user.name}'s Home is published`,
        () => (ws.homes.get(this.id)?.version ?? 0) > before,
        ms,
      );
    const view = ws.homes.get(this.id);
    return view && new Modal(this, view);
  }

  // ---- pressing
  press(message, wanted) {
    const found = controls(message.raw.blocks).find(
      ({ element }) => element.type === 'button' && matches(wanted, element.text.text, element.action_id),
    );
    if (!found) throw new Error(`no button ${wanted}: ${listed(message.buttons)}`);
    const origin = { channel: message.channel, message: message.raw };
    return this.act(origin, found.block, found.element, { value: found.element.value, text: found.element.text });
  }

  choose(message, wanted, value) {
    const found = controls(message.raw.blocks).find(({ element }) =>
      matches(wanted, label(element), element.action_id),
    );
    if (!found) throw new Error(`nothing to choose from: ${wanted}`);
    const [field, held] = picked(this.ws, found.element, value);
    return this.act({ channel: message.channel, message: message.raw }, found.block, found.element, { [field]: held });
  }

  // A block_actions payload. Resolves to {ok}, or {failed}: a warning sign stands beside the element.
  async act({ view, channel, message }, block, element, fields) {
    const { ws } = this;
    const action = {
      type: element.type,
      block_id: block.block_id,
      action_id: element.action_id,
      action_ts: ws.ts(),
      ...fields,
    };
    const there = view ? this.fromView(view) : this.fromMessage(channel, message);
    const answer = await ws.socket.deliver(
      'interactive',
      {
        ...this.common('block_actions'),
        trigger_id: ws.trigger(this.user, { view: view?.id }),
        ...there,
        actions: [action],
      },
      { accepts: true },
    );
    if (answer.payload)
      this.slack.fault({
        where: 'ack',
        workspace: ws.name,
        what: 'an answer to block_actions',
        detail: Object.keys(answer.payload).join(),
      });
    return answer.failed ? answer : { ok: true, ackMs: answer.ackMs };
  }

  fromView(view) {
    return { container: { type: 'view', view_id: view.id }, view: structuredClone(view) };
  }

  fromMessage(channel, m) {
    const ephemeral = !!m.ephemeral_to;
    const { ephemeral_to, gone, metadata, ...message } = m;
    return {
      container: {
        type: 'message',
        message_ts: m.ts,
        channel_id: channel.id,
        is_ephemeral: ephemeral,
        ...(m.thread_ts ? { thread_ts: m.thread_ts } : {}),
      },
      channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
      state: { values: {} },
      response_url: this.ws.responseUrl(this.user, channel, m),
      ...(ephemeral ? {} : { message }),
    };
  }

  // ---- shortcuts
  shortcut(callback_id) {
    const { ws } = this;
    return ws.socket.deliver(
      'interactive',
      { ...this.common('shortcut'), callback_id, action_ts: ws.ts(), trigger_id: ws.trigger(this.user) },
      {},
    );
  }

  messageShortcut(message, callback_id) {
    const { ws } = this;
    const { raw, channel } = message;
    return ws.socket.deliver(
      'interactive',
      {
        ...this.common('message_action'),
        callback_id,
        action_ts: ws.ts(),
        trigger_id: ws.trigger(this.user),
        message: raw,
        message_ts: raw.ts,
        channel: { id: channel.id, name: channel.name },
        response_url: ws.responseUrl(this.user, channel, raw),
      },
      {},
    );
  }
}
