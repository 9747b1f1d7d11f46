// What a healthy homeserver does not do, by the emulator: gaps, limits in every form, errors, slow and broken bodies,
// events that are not what they should be, tokens that are no good any more. Nothing is lost, nothing comes twice, and
// whoever runs the daemon is told what is wrong.

import assert from 'node:assert/strict';
import { ASKED, SUMMED, ask, begin, checkins, form, never, onceOnly, play, prompt, reads, revive, scene, setUp, sleep, west } from './matrix.mjs';

const emulated = { ...west, server: 'emulator', timeout: 120000 };

async function asked(stage) {
  const maria = stage.member('maria');
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  const first = await prompt(maria, room);
  await stage.settled();
  return { room, maria, jonas: stage.member('jonas'), first, held: stage.hs.world.rooms.get(room), bot: stage.bot.user_id };
}
const ofBot = (stage, more) => ({ user: stage.bot.user_id, ...more });

// ---- what is heard late

scene('a reaction from before the summary counts, however late it is heard', { ...emulated }, async (stage) => {
  const { maria, jonas, room, first } = await asked(stage);
  await stage.daemon.kill();
  stage.hs.rule(ofBot(stage, { path: /\/sync$/, do: 'hang' }));
  await jonas.press(room, first, 'Same');
  stage.clock(SUMMED);
  stage.daemon.launch();
  await maria.waits('it is summed up', () => /^What moved/m.test(checkins(maria, room)[0].text), 20000);
  await stage.daemon.kill();
  stage.hs.clearRules();
  await stage.daemon.start();
  await jonas.finds(room, /KR1 22%, confirmed[\s\S]*Late, but it counts/, { thread: first, ms: 20000 });
  onceOnly(maria, room);
});

// ---- what the account asks for

scene('a request is proper: encoded, with its token, its filter, and one long poll at a time', { ...emulated }, async (stage) => {
  const { maria, room } = await asked(stage);
  await reads(maria, room, ['22%', '0', '12 days']);
  await stage.settled();
  const polls = () => stage.hs.called(/GET .*\/sync/, stage.bot.user_id);
  assert.ok(polls().length > 1);
  const before = polls().length;
  await sleep(1500);
  assert.ok(polls().length - before <= 2, 'where nothing happens it waits');
});

// ---- gaps

scene('a limited timeline is filled, in order, and each message counts once', { ...emulated }, async (stage) => {
  const { maria, room, first } = await asked(stage);
  stage.hs.rule(ofBot(stage, { path: /\/messages/, do: 'limit', limit: 2 }));
  const gap = stage.hs.rule(ofBot(stage, { path: /\/sync/, do: 'limit', limit: 1 }));
  await stage.daemon.kill();
  for (let i = 0; i < 7; i++) await maria.say(room, 'kr1 +1', { thread: first });
  await stage.daemon.start();
  await reads(maria, room, ['29%', '0', '12 days']);
  assert.ok(gap.hits > 0 && stage.hs.called(/GET .*\/messages/, stage.bot.user_id).length > 1);
  onceOnly(maria, room);
});

scene('a gap whose pages fail is filled later, and nothing is skipped', { ...emulated }, async (stage) => {
  const { maria, room, first } = await asked(stage);
  stage.hs.rule(ofBot(stage, { path: /\/messages/, times: 3, do: '502' }));
  stage.hs.rule(ofBot(stage, { path: /\/sync/, times: 4, do: 'limit', limit: 1 }));
  await stage.daemon.kill();
  for (let i = 0; i < 4; i++) await maria.say(room, 'kr1 +1', { thread: first });
  await stage.daemon.start();
  await reads(maria, room, ['26%', '0', '12 days'], { ms: 40000 });
  onceOnly(maria, room);
});

scene('a gap far longer than is worth filling is given up with a word in the log', { ...emulated }, async (stage) => {
  const { maria, room, held } = await asked(stage);
  await stage.daemon.kill();
  for (let i = 0; i < 12000; i++) held.put({ type: 'm.room.message', sender: maria.id, content: { msgtype: 'm.text', body: `${i}` } });
  await stage.daemon.start({ ms: 60000 });
  await ask(maria, room, '!sprint status', /Restore/, { ms: 30000 });
});

scene('the same answer of /sync twice changes nothing the second time', { ...emulated }, async (stage) => {
  const { maria, room, first } = await asked(stage);
  let told;
  stage.hs.rule(ofBot(stage, {
    path: /\/sync/, times: 6, do: 'change',
    with: (answer) => {
      if (!told && answer.rooms?.join) told = structuredClone(answer.rooms);
      else if (told && !answer.rooms) answer.rooms = structuredClone(told);
      return answer;
    },
  }));
  await maria.say(room, 'kr1 +1', { thread: first });
  await sleep(500);
  await maria.say(room, 'kr2 +1', { thread: first });
  await reads(maria, room, ['23%', '1', '12 days']);
  onceOnly(maria, room);
});

scene('a server that tells the state after the timeline is understood', { ...emulated, emulator: { stateAfter: true } }, async (stage) => {
  const { maria, jonas, room } = await asked(stage);
  const levels = await maria.state(room, 'm.room.power_levels');
  await maria.setState(room, 'm.room.power_levels', { ...levels, users: { ...levels.users, [jonas.id]: 50 } });
  await jonas.say(room, form('!sprint setup', { 'check-in': '10:00' }));
  await jonas.finds(room, /10:00/, { ms: 15000 });
});

// ---- limits

const LIMITS = {
  'Retry-After in seconds': { retryAfter: 2 },
  'Retry-After as a date': { retryAfter: new Date(Date.now() + 4000).toUTCString() },
  'retry_after_ms alone': { retryMs: 1500 },
  'both, the longer one counts': { retryAfter: 2, retryMs: 300 },
  'no hint at all': { retryAfter: null },
  'a page of HTML': { retryAfter: 1, html: true },
};
for (const [what, how] of Object.entries(LIMITS))
  scene(`a 429 with ${what} is waited out, and the message stands once`, { ...emulated }, async (stage) => {
    const { maria, room, first } = await asked(stage);
    const rule = stage.hs.rule(ofBot(stage, { path: /\/send\//, times: 2, do: '429', ...how }));
    const said = await maria.say(room, 'kr1 24%', { thread: first });
    await maria.finds(room, /KR1 22% → 24%/, { thread: first, after: said, ms: 30000 });
    assert.equal(rule.hits, 2);
    onceOnly(maria, room);
  });

scene("a homeserver's own limits slow it down and lose nothing", { ...emulated, emulator: { limitScale: 20 }, limits: 'default' }, async (stage) => {
  const { maria, room, first } = await asked(stage);
  for (let i = 0; i < 10; i++) await maria.say(room, 'kr1 +1', { thread: first });
  await reads(maria, room, ['32%', '0', '12 days'], { ms: 60000 });
  onceOnly(maria, room);
});

scene('the account is logged in once where logins are counted', { ...emulated, login: 'password', limits: 'default', emulator: { limitScale: 50 } }, async (stage) => {
  await asked(stage);
  for (let i = 0; i < 3; i++) await revive(stage);
  assert.equal(stage.hs.logins.length, 1);
  assert.deepEqual([...stage.hs.world.users.get(stage.bot.user_id).devices.keys()].length, 2, 'the one made for the scene, and its own');
});

// ---- errors and broken answers

const BROKEN = {
  'a 500': { do: '500' },
  'a 502 in HTML': { do: 'html' },
  'a 504 in HTML': { do: 'html', status: 504 },
  'half an answer': { do: 'half' },
  'JSON that does not end': { do: 'garbage' },
  'an empty body': { do: 'empty' },
  'an array': { do: 'wrong', json: [] },
  'null': { do: 'wrong', json: null },
  'a next_batch that is a number': { do: 'wrong', json: { next_batch: 7, rooms: { join: [] } } },
  'rooms that are a string': { do: 'wrong', json: { next_batch: 's1', rooms: 'none' } },
  'a cut connection': { do: 'cut' },
  'a slow body': { do: 'trickle', ms: 100, parts: 20 },
  'a redirect': { do: 'redirect' },
};
for (const [what, how] of Object.entries(BROKEN))
  scene(`/sync answered by ${what} is asked again, and nothing is lost`, { ...emulated }, async (stage) => {
    const { maria, room, first } = await asked(stage);
    const rule = stage.hs.rule(ofBot(stage, { path: /\/sync/, times: 3, ...how }));
    await maria.say(room, 'kr1 24%', { thread: first });
    await reads(maria, room, ['24%', '0', '12 days'], { ms: 60000 });
    assert.ok(rule.hits >= 1);
    onceOnly(maria, room);
  });

for (const [what, how] of Object.entries({
  'done and answered by a cut': { do: 'cut', after: true },
  'done and answered by a 502 in HTML': { do: 'html', after: true },
  'done and answered by nothing sensible': { do: 'garbage' , after: true },
  'not done, by a cut': { do: 'cut' },
  'not done, by a 503': { do: '503' },
}))
  scene(`a message ${what} stands once`, { ...emulated }, async (stage) => {
    const maria = stage.member('maria');
    const room = stage.room('west');
    await begin(maria, room);
    await stage.settled();
    const rule = stage.hs.rule(ofBot(stage, { path: /\/send\/m\.room\.message/, times: 1, ...how }));
    stage.clock(ASKED);
    const first = await prompt(maria, room, { ms: 40000 });
    assert.equal(rule.hits, 1);
    await maria.say(room, 'kr1 24%', { thread: first });
    await reads(maria, room, ['24%', '0', '12 days'], { ms: 30000 });
    stage.clock(SUMMED);
    await maria.waits('it is summed up', () => /^What moved/m.test(checkins(maria, room)[0].text), 20000);
    onceOnly(maria, room);
  });

scene('a picture that cannot be uploaded keeps nothing else from coming', { ...emulated }, async (stage) => {
  const { maria, room, first } = await asked(stage);
  stage.hs.rule(ofBot(stage, { path: /media\/v3\/upload/, do: '413', errcode: 'M_TOO_LARGE' }));
  await maria.say(room, 'kr1 24%', { thread: first });
  stage.clock(SUMMED);
  await maria.waits('it is summed up', () => /^What moved/m.test(checkins(maria, room)[0].text), 30000);
  await ask(maria, room, '!sprint status', /Restore/);
});

// ---- the sync token

scene('a token that the server does not know is given up, and nothing old is answered', { ...emulated }, async (stage) => {
  const { maria, room, first } = await asked(stage);
  await stage.daemon.kill();
  await maria.say(room, '!sprint help');
  let refused = 0;
  stage.hs.rule(ofBot(stage, {
    path: /\/sync/, do: '400', errcode: 'M_UNKNOWN', error: 'Invalid stream token',
    when: (call) => call.query.has('since') && (refused += 1) <= 1,
  }));
  const before = maria.sees(room).filter((m) => m.bot).length;
  await stage.daemon.start({ ms: 30000 });
  await sleep(1500);
  assert.equal(maria.sees(room).filter((m) => m.bot).length, before, 'what came before is history');
  await ask(maria, room, 'kr1 24%', /KR1 22% → 24%/, { thread: first });
});

scene('a server that was restored from a backup, behind what was heard, is lived with', { ...emulated }, async (stage) => {
  const { maria, room, first } = await asked(stage);
  stage.hs.rule(ofBot(stage, { path: /\/sync/, times: 2, do: 'change', with: (a) => ({ ...a, next_batch: 's3' }) }));
  await maria.say(room, 'kr1 +1', { thread: first });
  await maria.say(room, 'kr2 +1', { thread: first });
  await reads(maria, room, ['23%', '1', '12 days'], { ms: 30000 });
  onceOnly(maria, room);
});

// ---- accounts

scene('a token that is no good is said, and not asked with in a loop', { ...emulated }, async (stage) => {
  await asked(stage);
  stage.hs.rule(ofBot(stage, { path: /\/sync/, times: 1, do: 'unknown-token' }));
  stage.hs.cut();
  await stage.readyz(503, /token/i, 30000);
  const before = stage.hs.calls.length;
  await sleep(4000);
  assert.ok(stage.hs.calls.slice(before).filter((c) => c.status === 401).length <= 3, 'it keeps asking');
});

for (const [what, soft] of [['a soft logout', true], ['a token taken back', false]])
  scene(`after ${what} it logs in again with its own device, once, and goes on`, { ...emulated, login: 'password' }, async (stage) => {
    const { maria, room, first } = await asked(stage);
    await revive(stage); // the password of a moment ago is not used again soon; this login is a kept one
    stage.hs.rule(ofBot(stage, { path: /\/sync/, times: 1, do: 'unknown-token', soft }));
    stage.hs.cut();
    await stage.hs.until('it logs in again', () => stage.hs.logins.length === 2, 30000);
    const [once, again] = stage.hs.logins;
    assert.equal(again.device, once.given);
    await maria.say(room, 'kr1 24%', { thread: first });
    await reads(maria, room, ['24%', '0', '12 days'], { ms: 30000 });
    onceOnly(maria, room);
    assert.equal(stage.hs.logins.length, 2);
  });

scene('a wrong password is said, and not tried again and again', { ...emulated, login: 'password', rooms: {}, start: false }, async (stage) => {
  stage.hs.world.users.get(stage.bot.user_id).password = 'another';
  stage.daemon.launch();
  await stage.readyz(503, /password/i, 20000);
  await sleep(3000);
  assert.equal(stage.hs.logins.length, 1);
});

scene('whoami that names somebody else is not lived with', { ...emulated, rooms: {}, start: false }, async (stage) => {
  stage.hs.rule({ path: /whoami/, do: 'change', with: (a) => ({ ...a, user_id: '@other:localhost' }) });
  stage.daemon.launch();
  await stage.readyz(503, /@other:localhost/, 20000);
  await sleep(500);
  assert.equal(stage.hs.called(/\/sync/, stage.bot.user_id).length, 0, 'without knowing who it is, it would answer itself');
});

scene('a homeserver that has had enough logins is not asked again before its time', { ...emulated, login: 'password', rooms: {}, start: false }, async (stage) => {
  stage.hs.rule({ method: 'POST', path: /\/login$/, do: '429', retryAfter: 333, retryMs: 333000 });
  stage.daemon.launch();
  await stage.readyz(503, /./, 20000);
  await sleep(4000);
  assert.equal(stage.hs.called(/POST .*\/login/).length, 1);
});

scene('a homeserver that is not there yet is waited for', { ...emulated, rooms: {}, start: false }, async (stage) => {
  await stage.hs.pause();
  stage.daemon.launch();
  await stage.readyz(503, /./, 20000);
  await stage.hs.resume();
  await stage.readyz(200, /./, 30000);
});

scene('the first sync may take its time', { ...emulated, rooms: {}, start: false }, async (stage) => {
  stage.hs.rule(ofBot(stage, { path: /\/sync/, times: 1, do: 'slow', ms: 8000 }));
  await stage.daemon.start({ ms: 40000 });
});

// ---- events that are not what they should be

const ODD = [
  { type: 'org.example.unheard_of', content: { deep: [[[{ a: [1] }]]] } },
  { type: 'm.room.message', content: {} },
  { type: 'm.room.message', content: { msgtype: 'm.text' } },
  { type: 'm.room.message', content: { msgtype: 7, body: ['x'] } },
  { type: 'm.room.message', content: { msgtype: 'org.example.odd', body: '!sprint help' } },
  { type: 'm.room.message', content: { msgtype: 'm.text', body: '' } },
  { type: 'm.room.message', content: { msgtype: 'm.text', body: 'a\u0000b !sprint close' } },
  { type: 'm.room.message', content: { msgtype: 'm.text', body: 'x', 'm.relates_to': 'none' } },
  { type: 'm.room.message', content: { msgtype: 'm.text', body: 'x', 'm.relates_to': { rel_type: 'm.thread', event_id: '$nowhere' } } },
  { type: 'm.room.message', content: { msgtype: 'm.text', body: '* x', 'm.new_content': [], 'm.relates_to': { rel_type: 'm.replace', event_id: '$nowhere' } } },
  { type: 'm.reaction', content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$nowhere', key: 'x'.repeat(5000) } } },
  { type: 'm.reaction', content: {} },
  { type: 'org.matrix.msc3381.poll.response', content: { 'm.relates_to': { rel_type: 'm.reference', event_id: '$nowhere' } } },
  { type: 'm.room.redaction', content: {}, redacts: '$nowhere' },
  { type: 'm.room.encrypted', content: { algorithm: 'odd' } },
  { type: 'm.room.message', content: { msgtype: 'm.text', body: 'x'.repeat(1 << 20) } },
  { type: 'm.room.message', content: { msgtype: 'm.text', body: 'x', ...Object.fromEntries(Array.from({ length: 20000 }, (_, i) => [`k${i}`, i])) } },
  { type: 'm.room.message', content: { msgtype: 'm.text', body: 'x', deep: JSON.parse('['.repeat(900) + ']'.repeat(900)) } },
  { type: 'm.room.message', content: { msgtype: 'm.text', body: '!sprint status' }, ts: 2 ** 60 },
  { type: 'm.room.message', content: { msgtype: 'm.text', body: '!sprint status' }, ts: -5 },
  { type: 'm.room.member', state_key: '@odd:localhost', content: { membership: 'levitating', displayname: { a: 1 } } },
  { type: 'm.room.member', state_key: 'nobody', content: {} },
  { type: 'm.room.name', state_key: '', content: { name: null } },
  { type: 'm.room.power_levels', state_key: '', content: { users: 'all', users_default: '50', events: [] } },
  { type: 'm.room.tombstone', state_key: '', content: { replacement_room: '!gone:nowhere.example' } },
];

scene('events of any kind are survived, and normal ones go on being answered', { ...emulated }, async (stage) => {
  const { maria, room, first, held } = await asked(stage);
  for (const one of ODD) {
    held.put({ sender: maria.id, ...one });
    held.state.delete('m.room.tombstone\0');
    held.put({ type: 'm.room.power_levels', sender: maria.id, state_key: '', content: { users: { [maria.id]: 100 } } });
    await ask(maria, room, '!sprint status', /Restore/, { ms: 20000 });
  }
  await ask(maria, room, 'kr1 24%', /KR1 22% → 24%/, { thread: first });
  assert.ok(stage.daemon.log.length < 300000);
});

scene('state that is reset moves nobody out and lets nobody in', { ...emulated }, async (stage) => {
  const { maria, jonas, room, held, bot } = await asked(stage);
  const { world } = stage.hs;
  held.put({ type: 'm.room.power_levels', sender: maria.id, state_key: '', content: { users: { [maria.id]: 100 } } });
  const before = held.current('m.room.power_levels');
  held.put({ type: 'm.room.power_levels', sender: maria.id, state_key: '', content: { users: { [jonas.id]: 100 }, users_default: 0 } });
  await ask(maria, room, '!sprint status', /Restore/); // it has heard that
  held.state.set('m.room.power_levels\0', before); // the server changed its mind, and tells it as state alone
  stage.hs.rule(ofBot(stage, {
    path: /\/sync/, times: 1, do: 'change',
    when: (call) => call.query.has('since'),
    with: (a) => {
      a.rooms = { ...a.rooms, join: { ...a.rooms?.join, [room]: { timeline: { events: [], limited: false, prev_batch: a.next_batch }, ...a.rooms?.join?.[room], state: { events: [held.shown(before, { user: bot })] } } } };
      return a;
    },
  }));
  stage.hs.cut();
  await sleep(500);
  world.changed();
  const refused = await ask(jonas, room, form('!sprint setup', { name: 'Mine' }), /./, { ms: 20000 });
  assert.doesNotMatch(refused.text, /setup was changed/);
});

scene('an invitation by the hundred is taken up in its own time, and the team goes on being answered', { ...emulated }, async (stage) => {
  const { maria, room, bot } = await asked(stage);
  const { world } = stage.hs;
  for (let i = 0; i < 300; i++) world.room(`@spam${i % 7}:elsewhere.example`, { name: `<b>${i}</b>`, invite: [bot] });
  for (let i = 0; i < 30; i++) world.room(maria.id, { name: `more ${i}`, invite: [bot] });
  await ask(maria, room, '!sprint status', /Restore/, { ms: 20000 });
  assert.equal([...world.rooms.values()].filter((r) => /elsewhere/.test(r.creator) && r.membership(bot) === 'join').length, 0, 'nobody from elsewhere was let in');
});

scene('an invitation that cannot be taken up is tried a few times, and then left', { ...emulated }, async (stage) => {
  const { maria, room, bot } = await asked(stage);
  const dead = stage.hs.world.room(maria.id, { invite: [bot] });
  stage.hs.rule(ofBot(stage, { path: new RegExp(`/join.*${encodeURIComponent(dead.id).slice(3, 12)}|${encodeURIComponent(dead.id).slice(3, 12)}.*/join`), do: '404', errcode: 'M_UNKNOWN' }));
  await ask(maria, room, '!sprint status', /Restore/, { ms: 20000 });
});

scene('a room that throws it out while it answers costs the answer, and nothing else', { ...emulated, rooms: { west: ['maria', 'jonas'], east: ['lena'] } }, async (stage) => {
  const [maria, lena] = ['maria', 'lena'].map(stage.member);
  const [room, east] = ['west', 'east'].map(stage.room);
  await begin(maria, room);
  await setUp(lena, east, { name: 'East' });
  stage.hs.rule(ofBot(stage, { path: /\/send\//, when: (call) => call.args.room === room, do: '403', errcode: 'M_FORBIDDEN' }));
  stage.clock(ASKED);
  await sleep(1500);
  await ask(lena, east, '!sprint status', /./, { ms: 20000 });
  await never('it says nothing there', maria, room, /./, 500);
});

play('Matrix: what a healthy homeserver does not do', 4);
