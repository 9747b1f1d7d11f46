// A member of rooms, on matrix-bot-sdk: says, edits, takes back, reacts and votes as a person would, and sees what a
// person sees. The homeserver is a real one or the emulator; it cannot be told apart from here.
//
//   const maria = await Member.enter(home, account);          // {user_id, access_token}
//   const room = await maria.createRoom({ name: 'West', invite: [home.bot] });
//   const said = await maria.say(room, '!sprint status');
//   const answer = await maria.finds(room, /No sprint/, { thread: said });
//
// home: {url, bot, until(what, test, ms), changed()}.

import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { buttonsOf, duplicatesOf, messagesOf } from './view.mjs';

const { LogLevel, LogService, MatrixClient, MemoryStorageProvider } = createRequire(import.meta.url)('matrix-bot-sdk');

LogService.setLevel(LogLevel.ERROR);
LogService.setLogger({ info() {}, warn() {}, debug() {}, trace() {}, error() {} }); // lost connections are on purpose

const POLL = 'org.matrix.msc3381.poll';
const ALL = { room: { timeline: { limit: 1000 } }, presence: { types: [] } };
const idOf = (message) => message?.id ?? message;
const rootOf = (message) => message?.thread ?? idOf(message);
const link = (user, name) => `<a href="https://matrix.to/#/${encodeURIComponent(user)}">${name}</a>`;

export const matches = (wanted, text) => (wanted instanceof RegExp ? wanted.test(text) : text.includes(wanted));

export class Member {
  static async enter(home, account) {
    const member = new Member(home, account);
    await member.start();
    return member;
  }

  constructor(home, { user_id: id, access_token: token }) {
    this.home = home;
    this.id = id;
    this.name = id.slice(1, id.indexOf(':'));
    this.token = token;
    this.events = new Map(); // room → its events, in order, each once
    this.ids = new Set();
    this.seen = new Map(); // room → {length, messages}
    this.invited = new Map(); // room → the event
  }

  // Begins to read, from the beginning; also after `stop`.
  async start() {
    this.client = new MatrixClient(this.home.url, this.token, new MemoryStorageProvider());
    this.client.on('room.event', (room, event) => this.heard(room, event));
    this.client.on('room.invite', (room, event) => {
      this.invited.set(room, event);
      this.home.changed();
    });
    this.client.on('room.join', (room) => this.invited.delete(room));
    await this.client.start(ALL);
    return this;
  }

  stop() {
    this.client.stop();
  }

  heard(room, event) {
    const raw = event.raw ?? event;
    if (this.ids.has(raw.event_id)) return;
    this.ids.add(raw.event_id);
    this.events.set(room, [...(this.events.get(room) ?? []), raw]);
    this.home.changed();
  }

  // A request of its own; a rate limit is waited out, as a person would try again.
  async request(method, path, body = {}, query = {}) {
    for (;;) {
      try {
        return await this.client.doRequest(method, path, query, method === 'GET' ? null : body);
      } catch (e) {
        if (e.body?.errcode !== 'M_LIMIT_EXCEEDED') throw e;
        await sleep((e.body.retry_after_ms ?? 1000) + 20);
      }
    }
  }

  // ---- rooms
  path(room, ...rest) {
    return ['/_matrix/client/v3/rooms', room, ...rest].map((p, i) => (i ? encodeURIComponent(p) : p)).join('/');
  }

  // The creator has power 100.
  async createRoom({ name, invite = [], direct = false, power, version, encrypted = false } = {}) {
    const { room_id: room } = await this.request('POST', '/_matrix/client/v3/createRoom', {
      name,
      invite,
      is_direct: direct,
      preset: direct ? 'trusted_private_chat' : 'private_chat',
      ...(version ? { room_version: version } : {}),
      ...(power ? { power_level_content_override: power } : {}),
      ...(encrypted
        ? {
            initial_state: [
              { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } },
            ],
          }
        : {}),
    });
    return room;
  }

  invite = (room, user) => this.request('POST', this.path(room, 'invite'), { user_id: user });
  join = (room) => this.request('POST', this.path(room, 'join'));
  leave = (room) => this.request('POST', this.path(room, 'leave'));
  kick = (room, user) => this.request('POST', this.path(room, 'kick'), { user_id: user });
  ban = (room, user) => this.request('POST', this.path(room, 'ban'), { user_id: user });
  unban = (room, user) => this.request('POST', this.path(room, 'unban'), { user_id: user });
  setState = (room, type, content, key = '') => this.request('PUT', this.path(room, 'state', type, key), content);
  state = (room, type, key = '') => this.request('GET', this.path(room, 'state', type, key));

  async upgrade(room, version = '11') {
    const { replacement_room: next } = await this.request('POST', this.path(room, 'upgrade'), { new_version: version });
    return next;
  }

  async members(room) {
    const { joined } = await this.request('GET', this.path(room, 'joined_members'));
    return Object.keys(joined);
  }

  async accepts(ms = 10000) {
    const room = await this.home.until(`${this.name} is invited`, () => [...this.invited.keys()][0], ms);
    this.invited.delete(room);
    await this.join(room);
    return room;
  }

  // ---- saying
  async send(room, type, content) {
    const txn = `t${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
    const { event_id: id } = await this.request('PUT', this.path(room, 'send', type, txn), content);
    return id;
  }

  content(text, { html, mentions = [], notice = false } = {}) {
    return {
      msgtype: notice ? 'm.notice' : 'm.text',
      body: text,
      ...(html ? { format: 'org.matrix.custom.html', formatted_body: html } : {}),
      'm.mentions': mentions.length ? { user_ids: mentions } : {},
    };
  }

  // `thread`: a message of it, or its root; `replyTo`: a message. Resolves to the message's id.
  say(room, text, { thread, replyTo, raw = {}, ...how } = {}) {
    const relation = {};
    if (thread) Object.assign(relation, { rel_type: 'm.thread', event_id: rootOf(thread), is_falling_back: !replyTo });
    if (thread || replyTo) relation['m.in_reply_to'] = { event_id: idOf(replyTo ?? thread) };
    return this.send(room, 'm.room.message', {
      ...this.content(text, how),
      ...(Object.keys(relation).length ? { 'm.relates_to': relation } : {}),
      ...raw,
    });
  }

  // As clients write it when a name is chosen from their list.
  mention(room, user, text, how = {}) {
    const name = user.slice(1, user.indexOf(':'));
    return this.say(room, `${name}: ${text}`, { html: `${link(user, name)}: ${text}`, mentions: [user], ...how });
  }

  edit(room, message, text, how = {}) {
    const content = this.content(text, how);
    return this.send(room, 'm.room.message', {
      ...content,
      body: `* ${text}`,
      ...(content.formatted_body ? { formatted_body: `* ${content.formatted_body}` } : {}),
      'm.new_content': content,
      'm.relates_to': { rel_type: 'm.replace', event_id: idOf(message) },
    });
  }

  async redact(room, message, reason) {
    const txn = `r${Math.random().toString(36).slice(2)}`;
    return this.request('PUT', this.path(room, 'redact', idOf(message), txn), reason ? { reason } : {});
  }

  // Resolves to the reaction's id.
  react(room, message, key) {
    return this.send(room, 'm.reaction', {
      'm.relates_to': { rel_type: 'm.annotation', event_id: idOf(message), key },
    });
  }

  async unreact(room, message, key) {
    const mine = (e) => {
      const to = e.content['m.relates_to'];
      return e.type === 'm.reaction' && e.sender === this.id && to?.event_id === idOf(message) && to.key === key;
    };
    const reaction = await this.home.until(`${this.name} sees the reaction ${key}`, () =>
      this.events.get(room)?.findLast(mine),
    );
    return this.redact(room, reaction.event_id);
  }

  // Presses a button of the daemon's: by its emoji, its action, or the words beside it.
  async press(room, message, wanted) {
    return this.react(room, message, (await this.button(room, message, wanted)).key);
  }

  button(room, message, wanted) {
    return this.home.until(`${this.name} sees the button ${wanted}`, () => {
      const buttons = this.buttons(room, message);
      const found = buttons.find((b) => [b.key, b.action].includes(wanted) || (b.label && matches(wanted, b.label)));
      if (!found) throw new Error(`only ${JSON.stringify(buttons)}`);
      return found;
    });
  }

  buttons(room, message) {
    const now = this.sees(room).find((m) => m.id === idOf(message));
    return now ? buttonsOf(now) : [];
  }

  // `answers`: ids or texts of the poll's answers; none withdraws the vote.
  vote(room, message, answers) {
    const { poll } = this.sees(room).find((m) => m.id === idOf(message)) ?? {};
    if (!poll) throw new Error('that is no poll');
    const ids = [answers]
      .flat()
      .map((a) => poll.answers.find((x) => x.id === String(a) || x.text === String(a))?.id ?? String(a));
    return this.send(room, `${POLL}.response`, {
      [`${POLL}.response`]: { answers: ids },
      'm.relates_to': { rel_type: 'm.reference', event_id: idOf(message) },
    });
  }

  // The bytes of a picture, as authenticated media gives them.
  async media(url) {
    const [, server, id] = /^mxc:\/\/([^/]+)\/([\w-]+)$/.exec(url);
    const answer = await fetch(`${this.home.url}/_matrix/client/v1/media/download/${server}/${id}`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return { bytes: Buffer.from(await answer.arrayBuffer()), type: answer.headers.get('content-type') };
  }

  // ---- seeing
  // The room's messages in order, edits and reactions applied.
  sees(room) {
    const events = this.events.get(room) ?? [];
    const before = this.seen.get(room);
    if (before?.length === events.length) return before.messages;
    const messages = messagesOf(events, { bot: this.home.bot });
    this.seen.set(room, { length: events.length, messages });
    return messages;
  }

  // The same, from the homeserver's books in place of what /sync brought.
  async readRoom(room) {
    const events = [];
    for (let from; ;) {
      const page = await this.request('GET', this.path(room, 'messages'), null, {
        dir: 'b',
        limit: 500,
        ...(from ? { from } : {}),
      });
      events.push(...page.chunk);
      from = page.end;
      if (!from) break;
    }
    return messagesOf(events.reverse(), { bot: this.home.bot });
  }

  // Waits for a message of the daemon's (`by`: of somebody else) and returns it.
  // `thread`: in the thread of that message; null: in none. `after`: later than that message.
  finds(room, wanted, { thread, after, by, ms = 8000 } = {}) {
    const fits = typeof wanted === 'function' ? wanted : (m) => matches(wanted, m.text);
    return this.home.until(
      `${this.name} sees ${wanted}`,
      () => {
        const messages = this.sees(room);
        const from = after === undefined ? -1 : (messages.find((m) => m.id === idOf(after))?.at ?? Infinity);
        const found = messages.filter(
          (m) =>
            (by ? m.sender === by : m.bot) &&
            m.at > from &&
            (thread === undefined || (m.thread ?? null) === (thread === null ? null : rootOf(thread))) &&
            !m.redacted &&
            fits(m),
        );
        if (found.length) return found[found.length - 1];
        const last = messages
          .slice(-4)
          .map(
            (m) =>
              `\n      ${m.bot ? 'bot' : m.sender}${m.thread ? ' (thread)' : ''}: ${JSON.stringify(m.text.slice(0, 300))}`,
          );
        throw new Error(`the last there:${last.join('')}`);
      },
      ms,
    );
  }

  waits = (what, test, ms = 8000) => this.home.until(`${this.name}: ${what}`, test, ms);

  duplicates(room) {
    return duplicatesOf(this.sees(room));
  }
}
