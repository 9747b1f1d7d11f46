// What the emulated homeserver answers, one row for each request it knows: method, path, what it does. A handler gets
// the call {hs, user, device, args, query, body, raw} and returns the answer's JSON; what it refuses, it throws.

import { EVENT_MAX, contentProblems, filterProblems, refusal, size } from './validate.mjs';
import { refuse, secret } from './world.mjs';

const PAGE_MAX = 1000;
const UPLOAD_MAX = 50 << 20;

const position = (token, errcode = 'M_INVALID_PARAM') => {
  if (token === undefined || token === null) return null;
  const at = /^s(\d+)$/.exec(token)?.[1];
  return at === undefined ? refuse(400, errcode, 'Invalid stream token') : Number(at);
};
const roomOf = ({ hs, args, user }, { here = true } = {}) => {
  const room = hs.world.rooms.get(args.room);
  if (!room)
    refuse(
      here ? 403 : 404,
      here ? 'M_FORBIDDEN' : 'M_NOT_FOUND',
      here ? `User ${user.id} not in room ${args.room}` : 'Unknown room',
    );
  if (here && room.membership(user.id) !== 'join')
    refuse(403, 'M_FORBIDDEN', `User ${user.id} not in room ${args.room}`);
  return room;
};
const eventOf = (call) => roomOf(call).byId.get(call.args.event) ?? refuse(404, 'M_NOT_FOUND', 'Event not found.');
const own = ({ args, user }) => args.user === user.id || refuse(403, 'M_FORBIDDEN', 'Cannot do that for other users');
const who = ({ user, device }) => ({ user: user.id, device: device.id });

// ---- sending
// The same transaction id on the same path is the same event, whatever comes with it.
function once({ hs, user, device, path, raw, args }, room, make) {
  const key = `${user.id} ${device.id} ${path}`;
  const before = room.txns.get(key);
  if (before) {
    if (before.raw !== raw) hs.strict(user, 'a transaction id used again for something else', args.txn);
    before.repeats += 1;
    return { event_id: before.event_id };
  }
  const { event_id } = make({ user: user.id, device: device.id, id: args.txn });
  room.txns.set(key, { event_id, raw, repeats: 0 });
  return { event_id };
}

function put(call, room, { type, content, state_key, txn }) {
  const { hs, user, query } = call;
  const problem = refusal(type, content, room);
  if (problem) refuse(...problem);
  if (size({ type, content, state_key, sender: user.id, room_id: room.id }) > EVENT_MAX)
    refuse(413, 'M_TOO_LARGE', 'event too large');
  for (const one of contentProblems(type, content, user.id, room, hs.world)) hs.strict(user, `${type}: ${one}`);
  const ts = query.get('ts');
  return room.put({ type, sender: user.id, content, state_key, txn, ts: ts ? Number(ts) : undefined });
}

function send(call) {
  const room = roomOf(call);
  const { hs, user, args, body: content } = call;
  return once(call, room, (txn) => {
    room.allow(user.id, args.type, false);
    const to = content?.['m.relates_to'];
    const twice = (e) => {
      const r = e.content['m.relates_to'];
      return e.sender === user.id && e.type === args.type && r?.event_id === to.event_id && r.key === to.key;
    };
    if (to?.rel_type === 'm.annotation' && room.events.some(twice))
      refuse(400, 'M_DUPLICATE_ANNOTATION', "Can't send same reaction twice");
    hs.limit(user);
    return put(call, room, { type: args.type, content, txn });
  });
}

function redact(call) {
  const room = roomOf(call);
  const { hs, user, args, body } = call;
  return once(call, room, (txn) => {
    room.allow(user.id, 'm.room.redaction', false);
    const target = room.byId.get(args.event);
    if (target && target.sender !== user.id && room.power(user.id) < room.needs('redact', true))
      refuse(403, 'M_FORBIDDEN', "You don't have permission to redact events");
    hs.limit(user);
    const content = { ...body, ...(Number(room.version) >= 11 ? { redacts: args.event } : {}) };
    return room.put({ type: 'm.room.redaction', sender: user.id, content, redacts: args.event, txn });
  });
}

function setState(call) {
  const room = roomOf(call);
  const { user, args, body: content } = call;
  const key = args.key ?? '';
  room.allow(user.id, args.type, true);
  const before = room.current(args.type, key);
  if (before && JSON.stringify(before.content) === JSON.stringify(content)) return { event_id: before.event_id };
  return { event_id: put(call, room, { type: args.type, content, state_key: key }).event_id };
}

// ---- membership
function join(call) {
  const { hs, user, args } = call;
  const room =
    hs.world.rooms.get(args.room) ??
    refuse(404, 'M_UNKNOWN', "Can't join remote room because no servers that are in the room have been provided.");
  const now = room.membership(user.id);
  if (now === 'ban') refuse(403, 'M_BAD_STATE', 'You are banned from this room');
  const open = room.current('m.room.join_rules')?.content.join_rule === 'public';
  if (now !== 'join' && now !== 'invite' && !open) refuse(403, 'M_FORBIDDEN', 'You are not invited to this room.');
  hs.world.enter(room, user.id);
  return { room_id: room.id };
}

function leave(call) {
  const { hs, user } = call;
  const room = roomOf(call, { here: false });
  if (['join', 'invite', 'knock'].includes(room.membership(user.id)))
    hs.world.member(room, user.id, user.id, { membership: 'leave' });
  return {};
}

const change = (membership) => (call) => {
  const { hs, user, body } = call;
  const room = roomOf(call);
  const needs = { ban: 'ban', leave: room.membership(body.user_id) === 'ban' ? 'ban' : 'kick' }[membership];
  if (room.power(user.id) < room.needs(needs, true))
    refuse(403, 'M_FORBIDDEN', `You cannot ${needs} user ${body.user_id}.`);
  hs.world.member(room, user.id, body.user_id, { membership, ...(body.reason ? { reason: body.reason } : {}) });
  return {};
};

function createRoom({ hs, user, body }) {
  const {
    preset,
    name,
    topic,
    invite,
    is_direct,
    room_version: version,
    initial_state: initial = [],
    power_level_content_override: power,
  } = body;
  hs.limit(user);
  return { room_id: hs.world.room(user.id, { preset, name, topic, invite, is_direct, version, initial, power }).id };
}

function upgrade(call) {
  const { hs, user, body } = call;
  const room = roomOf(call);
  room.allow(user.id, 'm.room.tombstone', true);
  const last = room.events[room.events.length - 1];
  const next = hs.world.room(user.id, {
    version: body.new_version,
    name: room.current('m.room.name')?.content.name,
    create: { predecessor: { room_id: room.id, event_id: last.event_id } },
  });
  room.put({
    type: 'm.room.tombstone',
    sender: user.id,
    state_key: '',
    content: { body: 'This room has been replaced', replacement_room: next.id },
  });
  const levels = room.current('m.room.power_levels').content;
  room.put({
    type: 'm.room.power_levels',
    sender: user.id,
    state_key: '',
    content: { ...levels, events_default: 50, invite: 50 },
  });
  return { replacement_room: next.id };
}

// ---- reading
async function sync(call) {
  const { hs, user, device, query } = call;
  const since = position(query.get('since'), 'M_UNKNOWN');
  const timeout = Math.min(Number(query.get('timeout') ?? 0), 90000);
  const filter = filterOf(call, query.get('filter'));
  const how = {
    filter,
    fullState: query.get('full_state') === 'true',
    limit: call.rule?.limit,
    stateAfter: hs.options.stateAfter && query.get('use_state_after') === 'true',
  };
  const ask = () => hs.world.sync(user, device, since, how);
  let told = ask();
  const until = hs.mono() + timeout;
  while (since !== null && !told.news && hs.mono() < until && !call.gone()) {
    await hs.moved(until - hs.mono(), call);
    told = ask();
  }
  return told.answer;
}

function filterOf({ hs, user }, given) {
  if (!given) return {};
  if (!given.startsWith('{'))
    return user.filters[Number(given)] ?? refuse(400, 'M_INVALID_PARAM', `No such filter: ${given}`);
  let filter;
  try {
    filter = JSON.parse(given);
  } catch {
    refuse(400, 'M_INVALID_PARAM', 'Invalid filter JSON');
  }
  for (const one of filterProblems(filter)) hs.strict(user, `filter: ${one}`);
  return filter;
}

function messages(call) {
  const { query } = call;
  const dir = query.get('dir');
  if (dir !== 'b' && dir !== 'f') refuse(400, 'M_MISSING_PARAM', "Query parameter 'dir' must be one of ['b', 'f']");
  const filter = query.get('filter') ? JSON.parse(query.get('filter')) : {};
  const limit = Math.min(Number(query.get('limit') ?? 10), call.rule?.limit ?? PAGE_MAX);
  return call.hs.world.page(roomOf(call), who(call), {
    dir,
    limit,
    filter,
    from: position(query.get('from')),
    to: position(query.get('to')),
  });
}

function relations(call) {
  const { args } = call;
  const room = roomOf(call);
  const chunk = room.events
    .filter((e) => {
      const to = e.content['m.relates_to'];
      return (
        to?.event_id === args.event && (!args.rel || to.rel_type === args.rel) && (!args.type || e.type === args.type)
      );
    })
    .reverse()
    .map((e) => room.shown(e, { ...who(call), withRoom: true }));
  return { chunk };
}

function context(call) {
  const room = roomOf(call);
  const event = eventOf(call);
  const at = room.events.indexOf(event);
  const half = Math.floor(Number(call.query.get('limit') ?? 10) / 2);
  const show = (e) => room.shown(e, { ...who(call), withRoom: true });
  return {
    event: show(event),
    events_before: room.events
      .slice(Math.max(0, at - half), at)
      .reverse()
      .map(show),
    events_after: room.events.slice(at + 1, at + 1 + half).map(show),
    state: [...room.state.values()].map(show),
    start: `s${event.pos - half - 1}`,
    end: `s${event.pos + half}`,
  };
}

const joinedMembers = (call) => {
  const room = roomOf(call);
  const one = (id) => [
    id,
    { display_name: room.current('m.room.member', id).content.displayname ?? null, avatar_url: null },
  ];
  return { joined: Object.fromEntries(room.joined.map(one)) };
};

const stateOf = (call) => {
  const event = roomOf(call).current(call.args.type, call.args.key ?? '');
  return event ? event.content : refuse(404, 'M_NOT_FOUND', 'Event not found.');
};

// ---- accounts
function login(call) {
  const { hs, body } = call;
  if (hs.options.flows && !hs.options.flows.includes(body.type))
    refuse(400, 'M_UNKNOWN', `Unknown login type ${body.type}`);
  if (body.type !== 'm.login.password') refuse(400, 'M_UNKNOWN', `Unknown login type ${body.type}`);
  const name = body.identifier?.user ?? refuse(400, 'M_MISSING_PARAM', 'Missing identifier');
  const user = hs.world.users.get(name.startsWith('@') ? name : `@${name}:${hs.world.serverName}`);
  const told = { user: user?.id, device: body.device_id };
  hs.logins.push(told);
  const wait = hs.options.limits && user && hs.take(`login ${user.id}`, 60 / 333, 5);
  if (wait)
    refuse(429, 'M_LIMIT_EXCEEDED', 'Too Many Requests', {
      retry_after_ms: wait,
      headers: { 'retry-after': Math.ceil(wait / 1000) },
    });
  if (!user?.password || user.password !== body.password) refuse(403, 'M_FORBIDDEN', 'Invalid username or password');
  const device = hs.world.login(user, body.device_id);
  hs.secrets.add(device.token);
  told.given = device.id;
  return { user_id: user.id, access_token: device.token, device_id: device.id, home_server: hs.world.serverName };
}

function logout({ hs, device }) {
  hs.world.expire(device.token);
  return {};
}

const whoami = ({ user, device }) => ({
  user_id: user.id,
  is_guest: false,
  ...(device.id ? { device_id: device.id } : {}),
});

const accountData = {
  get: (call) =>
    own(call) &&
    (call.user.accountData.get(call.args.type)?.content ?? refuse(404, 'M_NOT_FOUND', 'Account data not found')),
  set: (call) => {
    own(call);
    call.user.accountData.set(call.args.type, { content: call.body, pos: call.hs.world.next() });
    call.hs.changed();
    return {};
  },
};

const profile = {
  get: ({ hs, args }) => {
    const user = hs.world.users.get(args.user) ?? refuse(404, 'M_NOT_FOUND', 'Profile was not found');
    return user.displayname ? { displayname: user.displayname } : {};
  },
  set: (call) => {
    own(call);
    const { hs, user, body } = call;
    user.displayname = body.displayname;
    for (const room of hs.world.rooms.values())
      if (room.membership(user.id) === 'join') hs.world.member(room, user.id, user.id, { membership: 'join' });
    return {};
  },
};

// ---- media
function upload({ hs, user, raw, type }) {
  if (!raw.length) refuse(400, 'M_MISSING_PARAM', 'Content is empty');
  if (raw.length > (hs.options.uploadMax ?? UPLOAD_MAX)) refuse(413, 'M_TOO_LARGE', 'Upload request body is too large');
  if (!type) hs.strict(user, 'an upload without Content-Type');
  if (type === 'image/png' && raw.readUInt32BE(0) !== 0x89504e47) hs.strict(user, 'an image/png that is none');
  const id = secret('m').replace(/\W/g, '').slice(2, 26);
  const uri = `mxc://${hs.world.serverName}/${id}`;
  hs.world.media.set(uri, { bytes: raw, type, by: user.id });
  return { content_uri: uri };
}

function download({ hs, args }) {
  const held = hs.world.media.get(`mxc://${args.server}/${args.id}`) ?? refuse(404, 'M_NOT_FOUND', 'Not found');
  return { bytes: held.bytes, type: held.type };
}

// ---- application services
function ping({ hs, args, user }) {
  const service = hs.service;
  if (!service || service.id !== args.id || user.id !== service.user)
    refuse(403, 'M_FORBIDDEN', 'Mismatching application service ID in path');
  return service.url
    ? refuse(502, 'M_BAD_STATUS', 'Ping returned status 404', { status: 404, body: '{}' })
    : refuse(400, 'M_URL_NOT_SET', 'The application service does not have a URL set');
}

const C = '/_matrix/client/v3';
const V1 = '/_matrix/client/v1';
const nothing = () => ({});

// Without `open` a token is wanted.
export const ROUTES = [
  ['GET', '/_matrix/client/versions', ({ hs }) => ({ versions: hs.options.versions, unstable_features: {} }), 'open'],
  [
    'GET',
    '/.well-known/matrix/client',
    ({ hs }) => hs.options.wellKnown ?? { 'm.homeserver': { base_url: hs.origin } },
    'open',
  ],
  [
    'GET',
    `${C}/login`,
    ({ hs }) => ({ flows: (hs.options.flows ?? ['m.login.password']).map((type) => ({ type })) }),
    'open',
  ],
  ['POST', `${C}/login`, login, 'open'],
  ['POST', `${C}/logout`, logout],
  ['GET', `${C}/account/whoami`, whoami],
  [
    'GET',
    `${C}/capabilities`,
    () => ({ capabilities: { 'm.room_versions': { default: '11', available: { 11: 'stable', 12: 'stable' } } } }),
  ],
  ['GET', `${C}/pushrules/`, () => ({ global: {} })],
  [
    'POST',
    `${C}/user/:user/filter`,
    (call) => {
      own(call);
      for (const one of filterProblems(call.body)) call.hs.strict(call.user, `filter: ${one}`);
      return { filter_id: String(call.user.filters.push(call.body) - 1) };
    },
  ],
  ['GET', `${C}/user/:user/filter/:id`, (call) => own(call) && filterOf(call, call.args.id)],
  ['GET', `${C}/user/:user/account_data/:type`, accountData.get],
  ['PUT', `${C}/user/:user/account_data/:type`, accountData.set],
  ['GET', `${C}/sync`, sync],
  [
    'GET',
    `${C}/joined_rooms`,
    ({ hs, user }) => ({
      joined_rooms: [...hs.world.rooms.values()].filter((r) => r.membership(user.id) === 'join').map((r) => r.id),
    }),
  ],
  ['POST', `${C}/createRoom`, createRoom],
  ['POST', `${C}/join/:room`, join],
  ['POST', `${C}/rooms/:room/join`, join],
  ['POST', `${C}/rooms/:room/leave`, leave],
  ['POST', `${C}/rooms/:room/forget`, nothing],
  [
    'POST',
    `${C}/rooms/:room/invite`,
    (call) => {
      call.hs.world.invite(roomOf(call), call.user.id, call.body.user_id, call.body);
      return {};
    },
  ],
  ['POST', `${C}/rooms/:room/kick`, change('leave')],
  ['POST', `${C}/rooms/:room/ban`, change('ban')],
  ['POST', `${C}/rooms/:room/unban`, change('leave')],
  ['POST', `${C}/rooms/:room/upgrade`, upgrade],
  ['GET', `${C}/rooms/:room/messages`, messages],
  ['GET', `${C}/rooms/:room/joined_members`, joinedMembers],
  [
    'GET',
    `${C}/rooms/:room/members`,
    (call) => ({ chunk: roomOf(call).members.map((e) => roomOf(call).shown(e, { withRoom: true })) }),
  ],
  [
    'GET',
    `${C}/rooms/:room/event/:event`,
    (call) => roomOf(call).shown(eventOf(call), { ...who(call), withRoom: true }),
  ],
  ['GET', `${C}/rooms/:room/context/:event`, context],
  [
    'GET',
    `${C}/rooms/:room/state`,
    (call) => [...roomOf(call).state.values()].map((e) => roomOf(call).shown(e, { withRoom: true })),
  ],
  ['GET', `${C}/rooms/:room/state/:type`, stateOf],
  ['GET', `${C}/rooms/:room/state/:type/`, stateOf],
  ['GET', `${C}/rooms/:room/state/:type/:key`, stateOf],
  ['PUT', `${C}/rooms/:room/state/:type`, setState],
  ['PUT', `${C}/rooms/:room/state/:type/`, setState],
  ['PUT', `${C}/rooms/:room/state/:type/:key`, setState],
  ['PUT', `${C}/rooms/:room/send/:type/:txn`, send],
  ['PUT', `${C}/rooms/:room/redact/:event/:txn`, redact],
  ['PUT', `${C}/rooms/:room/typing/:user`, own],
  ['POST', `${C}/rooms/:room/receipt/:kind/:event`, (call) => eventOf(call) && {}],
  ['POST', `${C}/rooms/:room/read_markers`, nothing],
  ['GET', `${V1}/rooms/:room/relations/:event`, relations],
  ['GET', `${V1}/rooms/:room/relations/:event/:rel`, relations],
  ['GET', `${V1}/rooms/:room/relations/:event/:rel/:type`, relations],
  ['GET', `${C}/profile/:user`, profile.get],
  ['GET', `${C}/profile/:user/displayname`, profile.get],
  ['PUT', `${C}/profile/:user/displayname`, profile.set],
  ['PUT', `${C}/presence/:user/status`, nothing],
  ['POST', '/_matrix/media/v3/upload', upload],
  ['GET', `${V1}/media/config`, ({ hs }) => ({ 'm.upload.size': hs.options.uploadMax ?? UPLOAD_MAX })],
  ['GET', `${V1}/media/download/:server/:id`, download],
  ['GET', `${V1}/media/download/:server/:id/:name`, download],
  ['POST', `${V1}/appservice/:id/ping`, ping],
].map(([method, path, run, open]) => ({
  method,
  path,
  run,
  open: !!open,
  names: [...path.matchAll(/:(\w+)/g)].map((m) => m[1]),
  pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:\w+/g, '([^/]+)')}$`),
}));
