// What the emulated homeserver knows: users, devices, rooms and their events, and what each user may see of them
// since a point of its one stream. Positions count events; "s12" is the place after the twelfth.

import crypto from 'node:crypto';

export class MatrixError extends Error {
  constructor(status, errcode, message = errcode, extra = {}) {
    super(message);
    this.status = status;
    this.errcode = errcode;
    this.extra = extra; // further keys of the body; `headers` apart
  }
}

export const refuse = (status, errcode, message, extra) => {
  throw new MatrixError(status, errcode, message, extra);
};

const random = (bytes) => crypto.randomBytes(bytes).toString('base64url');
export const secret = (prefix) => `${prefix}_${random(24)}`;

// What a redaction leaves of a content, by type.
const KEPT = {
  'm.room.member': ['membership'],
  'm.room.create': ['room_version', 'predecessor', 'type'],
  'm.room.join_rules': ['join_rule'],
  'm.room.power_levels': [
    'users',
    'users_default',
    'events',
    'events_default',
    'state_default',
    'ban',
    'kick',
    'redact',
  ],
};

const level = (value, otherwise) => (value === undefined ? otherwise : Number(value));

export class Room {
  constructor(world, { id, version = '11', creator }) {
    this.world = world;
    this.id = id;
    this.version = version;
    this.creator = creator;
    this.events = []; // in order of arrival; each has `pos`
    this.byId = new Map();
    this.state = new Map(); // "type\0key" → event
    this.txns = new Map(); // "device\0path" → event id
  }

  current(type, key = '') {
    return this.state.get(`${type}\0${key}`);
  }

  membership(user) {
    return this.current('m.room.member', user)?.content.membership ?? 'none';
  }

  membershipAt(user, pos) {
    const at = this.events.findLast(
      (e) => e.pos <= pos && e.type === 'm.room.member' && e.state_key === user && e.membership,
    );
    return at?.membership ?? 'none';
  }

  get members() {
    return [...this.state.values()].filter((e) => e.type === 'm.room.member');
  }

  get joined() {
    return this.members.filter((e) => e.content.membership === 'join').map((e) => e.state_key);
  }

  power(user) {
    if (Number(this.version) >= 12 && user === this.creator) return Infinity;
    const levels = this.current('m.room.power_levels')?.content;
    if (!levels) return user === this.creator ? 100 : 0;
    return level(levels.users?.[user], level(levels.users_default, 0));
  }

  needs(type, isState) {
    const levels = this.current('m.room.power_levels')?.content ?? {};
    return level(levels.events?.[type], isState ? level(levels.state_default, 50) : level(levels.events_default, 0));
  }

  allow(user, type, isState) {
    if (this.membership(user) !== 'join') refuse(403, 'M_FORBIDDEN', `User ${user} not in room ${this.id}`);
    if (this.power(user) < this.needs(type, isState))
      refuse(403, 'M_FORBIDDEN', `You don't have permission to post that to the room. ${type}`);
  }

  // Adds an event as it is; what is allowed was asked before.
  put({ type, sender, content, state_key, ts, id, txn, redacts }) {
    const { world } = this;
    const event = {
      type,
      sender,
      content,
      ...(state_key === undefined ? {} : { state_key }),
      ...(redacts === undefined ? {} : { redacts }),
      event_id: id ?? `$${random(32)}`,
      origin_server_ts: ts ?? Math.round(world.wall()),
      pos: world.next(),
      txn,
    };
    if (type === 'm.room.member') event.membership = content.membership;
    if (state_key !== undefined) {
      const key = `${type}\0${state_key}`;
      event.before = this.state.get(key);
      this.state.set(key, event);
    }
    this.events.push(event);
    this.byId.set(event.event_id, event);
    if (type === 'm.room.redaction') this.redact(event);
    world.added(this, event);
    return event;
  }

  redact(by) {
    const event = this.byId.get(by.redacts);
    if (!event || event.redacted) return;
    event.redacted = by;
    event.content = Object.fromEntries(Object.entries(event.content).filter(([k]) => KEPT[event.type]?.includes(k)));
  }

  // The latest edit that counts: of the same sender and type.
  editOf(event) {
    const edits = this.events.filter((e) => {
      const to = e.content['m.relates_to'];
      return (
        to?.rel_type === 'm.replace' &&
        to.event_id === event.event_id &&
        e.sender === event.sender &&
        e.type === event.type
      );
    });
    return edits.reduce((a, b) => (a && a.origin_server_ts > b.origin_server_ts ? a : b), undefined);
  }

  // An event as a client of that user's device gets it.
  shown(event, { user, device, withRoom = false, bundled = true } = {}) {
    const { pos, txn, before, redacted, membership, ...plain } = event;
    const unsigned = { age: Math.max(0, Math.round(this.world.wall() - event.origin_server_ts)) };
    if (user) unsigned.membership = this.membershipAt(user, event.pos);
    if (txn && txn.device === device && txn.user === user) unsigned.transaction_id = txn.id;
    if (before)
      Object.assign(unsigned, {
        prev_content: before.content,
        prev_sender: before.sender,
        replaces_state: before.event_id,
      });
    if (redacted) unsigned.redacted_because = this.shown(redacted, { user, device, bundled: false });
    const edit = bundled && !redacted && this.editOf(event);
    if (edit) unsigned['m.relations'] = { 'm.replace': this.shown(edit, { user, device, bundled: false }) };
    return { ...structuredClone(plain), unsigned, ...(withRoom ? { room_id: this.id } : {}) };
  }

  get stripped() {
    return ['create', 'name', 'avatar', 'join_rules', 'encryption', 'canonical_alias', 'topic']
      .map((t) => this.current(`m.room.${t}`))
      .filter(Boolean)
      .map(({ type, sender, content, state_key }) => ({ type, sender, content, state_key }));
  }
}

export class User {
  constructor(id, { password, displayname } = {}) {
    this.id = id;
    this.password = password;
    this.displayname = displayname;
    this.devices = new Map(); // id → {id, token}
    this.filters = [];
    this.accountData = new Map(); // type → {content, pos}
    this.logins = 0;
  }
}

const listed = (allow, deny, type) =>
  (!allow || allow.some((a) => a === type || (a.endsWith('*') && type.startsWith(a.slice(0, -1))))) &&
  !deny?.includes(type);
export const passes = (filter, event) =>
  listed(filter?.types, filter?.not_types, event.type) &&
  (!filter?.senders || filter.senders.includes(event.sender)) &&
  !filter?.not_senders?.includes(event.sender);

export class World {
  constructor({ serverName = 'localhost', wall = Date.now, changed = () => {} } = {}) {
    this.serverName = serverName;
    this.wall = wall;
    this.changed = changed;
    this.pos = 0;
    this.users = new Map();
    this.tokens = new Map(); // access token → {user, device}
    this.rooms = new Map();
    this.media = new Map();
    this.listeners = []; // (room, event) as each event is added
  }

  next() {
    this.pos += 1;
    return this.pos;
  }

  added(room, event) {
    for (const listener of this.listeners) listener(room, event);
    this.changed();
  }

  user(name, how) {
    const id = name.startsWith('@') ? name : `@${name}:${this.serverName}`;
    if (!this.users.has(id)) this.users.set(id, new User(id, how));
    return this.users.get(id);
  }

  login(user, deviceId = random(6).toUpperCase(), token = secret('syt')) {
    const device = { id: deviceId, token };
    user.devices.set(deviceId, device);
    this.tokens.set(token, { user, device });
    return device;
  }

  // The token is not known any more; `soft`: the device is.
  expire(token, { soft = false } = {}) {
    const held = this.tokens.get(token);
    if (!held) return;
    this.tokens.delete(token);
    if (!soft) held.user.devices.delete(held.device.id);
    (this.expired ??= new Map()).set(token, { soft });
  }

  room(
    creator,
    {
      id,
      version = '11',
      name,
      topic,
      invite = [],
      is_direct = false,
      preset = 'private_chat',
      power,
      initial = [],
      create = {},
    } = {},
  ) {
    const room = new Room(this, {
      id: id ?? (Number(version) >= 12 ? `!${random(32)}` : `!${random(12)}:${this.serverName}`),
      version,
      creator,
    });
    this.rooms.set(room.id, room);
    const state = (type, content, state_key = '') => room.put({ type, sender: creator, content, state_key });
    const trusted = preset === 'trusted_private_chat';
    state('m.room.create', { room_version: version, ...(Number(version) < 11 ? { creator } : {}), ...create });
    this.enter(room, creator);
    const users = { ...(Number(version) >= 12 ? {} : { [creator]: 100 }) };
    if (trusted) for (const i of invite) users[i] = 100;
    state('m.room.power_levels', {
      users,
      users_default: 0,
      events_default: 0,
      state_default: 50,
      invite: 0,
      kick: 50,
      ban: 50,
      redact: 50,
      ...power,
    });
    state('m.room.join_rules', { join_rule: preset === 'public_chat' ? 'public' : 'invite' });
    state('m.room.history_visibility', { history_visibility: 'shared' });
    for (const one of initial) state(one.type, one.content, one.state_key ?? '');
    if (name) state('m.room.name', { name });
    if (topic) state('m.room.topic', { topic });
    for (const i of invite) this.invite(room, creator, i, { is_direct });
    return room;
  }

  member(room, sender, user, content) {
    const { displayname } = this.users.get(user) ?? {};
    return room.put({
      type: 'm.room.member',
      sender,
      state_key: user,
      content: { ...(displayname ? { displayname } : {}), ...content },
    });
  }

  enter(room, user) {
    if (room.membership(user) === 'join') return undefined;
    return this.member(room, user, user, { membership: 'join' });
  }

  invite(room, sender, user, { is_direct = false, reason } = {}) {
    if (['join', 'ban'].includes(room.membership(user))) refuse(403, 'M_FORBIDDEN', `${user} is already in the room.`);
    return this.member(room, sender, user, {
      membership: 'invite',
      ...(is_direct ? { is_direct } : {}),
      ...(reason ? { reason } : {}),
    });
  }

  // What /sync tells that user since a position; null: all. Undefined when there is nothing to tell.
  sync(user, device, since, { filter = {}, fullState = false, ...how } = {}) {
    const upTo = this.pos;
    const from = since ?? 0;
    const rooms = { join: {}, invite: {}, leave: {} };
    const who = { user: user.id, device: device?.id };
    for (const room of this.rooms.values()) {
      const now = room.membership(user.id);
      if (now === 'none') continue;
      const last = room.current('m.room.member', user.id);
      const wasIn = since !== null && room.membershipAt(user.id, from) === 'join';
      if (now === 'join') {
        const left = room.events.some(
          (e) => e.pos > from && e.type === 'm.room.member' && e.state_key === user.id && e.membership !== 'join',
        );
        const told = this.told(room, who, {
          from: wasIn && !left ? from : 0,
          upTo,
          fresh: !wasIn || left || fullState,
          filter: filter.room,
          ...how,
        });
        if (told) rooms.join[room.id] = told;
      } else if (last.pos > from) {
        if (now === 'invite') {
          const { type, sender, content, state_key } = last;
          rooms.invite[room.id] = {
            invite_state: { events: structuredClone([...room.stripped, { type, sender, content, state_key }]) },
          };
        } else if (wasIn || now === 'ban' || last.before) {
          if (since !== null)
            rooms.leave[room.id] = this.told(room, who, { from, upTo: last.pos, filter: filter.room, ...how }) ?? {};
        }
      }
    }
    const accountData = [...user.accountData]
      .filter(([type, d]) => d.pos > from && listed(filter.account_data?.types, filter.account_data?.not_types, type))
      .map(([type, d]) => ({ type, content: d.content }));
    const answer = { next_batch: `s${upTo}`, device_one_time_keys_count: { signed_curve25519: 0 } };
    for (const kind of Object.keys(rooms)) if (!Object.keys(rooms[kind]).length) delete rooms[kind];
    if (Object.keys(rooms).length) answer.rooms = rooms;
    if (accountData.length) answer.account_data = { events: accountData };
    return { answer, news: !!answer.rooms || !!answer.account_data };
  }

  told(room, who, { from, upTo, fresh = false, filter = {}, limit, stateAfter }) {
    const wanted = room.events.filter((e) => e.pos > from && e.pos <= upTo && passes(filter.timeline, e));
    const most = Math.min(limit ?? Infinity, filter.timeline?.limit ?? 10);
    const events = most ? wanted.slice(-most) : [];
    const limited = wanted.length > events.length || (fresh && from === 0 && events[0]?.type !== 'm.room.create');
    const start = events.length ? events[0].pos - 1 : upTo;
    const known = new Map(); // the state where the timeline starts, or ends, as far as it is news
    for (const e of room.events) {
      if (e.pos > (stateAfter ? upTo : start) || e.state_key === undefined) continue;
      if (fresh || ((limited || stateAfter) && e.pos > from)) known.set(`${e.type}\0${e.state_key}`, e);
    }
    const state = [...known.values()].filter((e) => passes(filter.state, e));
    if (!events.length && !state.length && !fresh) return undefined;
    return {
      timeline: { events: events.map((e) => room.shown(e, who)), limited, prev_batch: `s${start}` },
      [stateAfter ? 'state_after' : 'state']: { events: state.map((e) => room.shown(e, who)) },
      ephemeral: { events: [] },
      account_data: { events: [] },
      summary: {
        'm.joined_member_count': room.joined.length,
        'm.invited_member_count': room.members.filter((e) => e.content.membership === 'invite').length,
      },
      unread_notifications: { notification_count: 0, highlight_count: 0 },
    };
  }

  // A page of /messages.
  page(room, who, { dir, from, to, limit, filter }) {
    const wanted = room.events.filter((e) => passes(filter, e));
    const forward = dir === 'f';
    const start = from ?? (forward ? 0 : this.pos);
    const range = forward
      ? wanted.filter((e) => e.pos > start && (to === null || e.pos <= to))
      : wanted.filter((e) => e.pos <= start && (to === null || e.pos > to)).reverse();
    const chunk = range.slice(0, limit);
    const last = chunk[chunk.length - 1];
    const answer = { chunk: chunk.map((e) => room.shown(e, { ...who, withRoom: true })), start: `s${start}` };
    // Backward, the page that reaches the room's beginning has no end; forward there is one while events came.
    if (last && (forward || last.type !== 'm.room.create')) answer.end = `s${forward ? last.pos : last.pos - 1}`;
    return answer;
  }
}
