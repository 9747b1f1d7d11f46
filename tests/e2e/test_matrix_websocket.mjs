// The other transport: an application service behind the proxy's websocket, which answers the homeserver before anybody
// has read. The same team, the same sprint; nothing is lost, nothing comes twice.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { missing } from '../peers/matrix/synapse.mjs';
import { ASKED, SUMMED, ask, begin, checkins, form, onceOnly, play, prompt, reads, revive, scene, setUp, sleep, west } from './matrix.mjs';

const pushed = { ...west, server: 'emulator', transport: 'websocket', timeout: 120000 };

async function asked(stage) {
  const maria = stage.member('maria');
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  const first = await prompt(maria, room);
  await stage.settled();
  return { room, maria, jonas: stage.member('jonas'), first, proxy: stage.proxy };
}
const connected = (stage, ms = 40000) => stage.proxy.until('it is connected again', () => stage.proxy.client && !stage.proxy.client.silent, ms);

for (const dialect of ['wsproxy', 'newer']) {
  scene(`${dialect}: from setup to a check-in that is summed up`, { ...pushed, dialect }, async (stage) => {
    const { maria, jonas, room, first, proxy } = await asked(stage);
    await ask(maria, room, 'kr1 24%', /KR1 22% → 24%/, { thread: first });
    await jonas.press(room, first, 'Same');
    await jonas.finds(room, /confirmed/, { thread: first });
    stage.clock(SUMMED);
    await maria.waits('it is summed up', () => /^What moved/m.test(checkins(maria, room)[0].text), 20000);
    onceOnly(maria, room);
    const { headers } = proxy.connections[0];
    assert.equal(headers.origin, undefined);
    if (dialect === 'newer') {
      assert.equal(headers['x-mautrix-websocket-version'], '3');
      assert.deepEqual(proxy.acked, [...new Set(proxy.acked)], 'each is acknowledged once');
      assert.ok(proxy.acked.length > 5);
    }
  });

  scene(`${dialect}: the same transaction again and again counts once`, { ...pushed, dialect }, async (stage) => {
    stage.proxy.repeat = 3;
    const { maria, room, first } = await asked(stage);
    await ask(maria, room, 'kr1 +1', /KR1 22% → 23%/, { thread: first });
    await reads(maria, room, ['23%', '0', '12 days']);
    onceOnly(maria, room);
  });

  scene(`${dialect}: transactions out of order, and old ones again, count once each`, { ...pushed, dialect }, async (stage) => {
    const { maria, room, first, proxy } = await asked(stage);
    proxy.lose(1);
    await maria.say(room, 'kr1 +1', { thread: first });
    await proxy.until('it is late', () => proxy.lost.length === 1);
    await ask(maria, room, 'kr2 +1', /KR2 0 → 1/, { thread: first });
    const [late] = proxy.lost;
    proxy.transact(late.id, late.events);
    await reads(maria, room, ['23%', '1', '12 days']);
    for (const { id, events } of proxy.transactions.slice(-10).reverse()) proxy.transact(id, events);
    await ask(maria, room, 'kr3 11 days', /11 days/, { thread: first });
    await revive(stage);
    await reads(maria, room, ['23%', '1', '11 days']);
    onceOnly(maria, room);
  });

  scene(`${dialect}: killed at any instant, it comes back with every answer, once`, { ...pushed, dialect, timeout: 180000 }, async (stage) => {
    const { maria, room, first } = await asked(stage);
    for (let i = 0; i < 8; i++) {
      await maria.say(room, 'kr1 +0.5', { thread: first });
      await sleep(7 * i);
      await revive(stage);
    }
    await reads(maria, room, ['26%', '0', '12 days'], { ms: 30000 });
    onceOnly(maria, room);
  });
}

scene('a transaction that the proxy lost is found after the next connection', { ...pushed }, async (stage) => {
  const { maria, room, first, proxy } = await asked(stage);
  proxy.lose(2);
  await maria.say(room, 'kr1 24%', { thread: first });
  await proxy.until('it is lost', () => proxy.lost.length >= 1);
  proxy.cut();
  await connected(stage);
  await reads(maria, room, ['24%', '0', '12 days'], { ms: 30000 });
  onceOnly(maria, room);
});

scene('killed while it looks for what it missed, it finds it when it is back', { ...pushed }, async (stage) => {
  const { maria, room, first, proxy } = await asked(stage);
  await stage.daemon.kill();
  proxy.losing = 1000;
  await maria.say(room, 'kr1 +1', { thread: first });
  await maria.say(room, 'kr2 +1', { thread: first });
  await proxy.until('both are lost', () => proxy.lost.flatMap((t) => t.events).filter((e) => e.type === 'm.room.message').length >= 2);
  proxy.losing = 0;
  const held = stage.hs.rule({ method: 'GET', path: /\/messages$/, user: stage.bot.user_id, do: 'hang' });
  stage.daemon.launch();
  await stage.until('it looks for it', () => held.hits > 0);
  await stage.daemon.kill();
  stage.hs.clearRules();
  await stage.daemon.start();
  await reads(maria, room, ['23%', '1', '12 days'], { ms: 20000 });
  onceOnly(maria, room);
});

scene('newer: what cannot be stored is not acknowledged, and is not lost', { ...pushed, dialect: 'newer' }, async (stage) => {
  const { maria, room, first, proxy } = await asked(stage);
  const mayGrow = (bytes) => execFileSync('prlimit', [`--pid=${stage.daemon.child.pid}`, `--fsize=${bytes}:`]);
  mayGrow(1);
  const before = proxy.acked.length;
  await maria.say(room, 'kr1 +1', { thread: first });
  await stage.readyz(503, /store: /, 20000);
  assert.equal(proxy.acked.length, before);
  await revive(stage);
  await reads(maria, room, ['23%', '0', '12 days'], { ms: 20000 });
  onceOnly(maria, room);
});

const ENDS = {
  'a cut without a word': (proxy) => proxy.cut(),
  'a shutdown with 1001': (proxy) => proxy.shutdown(),
  'a restart of the proxy': (proxy) => proxy.restart(),
  'an upgrade that is refused twice': (proxy) => {
    proxy.refusing.push(502, 503);
    proxy.cut();
  },
  'rubbish in a frame': (proxy) => {
    for (const raw of ['{', '[]', '7', '""', '{"events":7}', '{"command":{}}', `{"a":${'['.repeat(5000)}`]) proxy.raw(raw);
    proxy.cut();
  },
};
for (const [what, end] of Object.entries(ENDS))
  scene(`after ${what} it is back, and what was said meanwhile is answered once`, { ...pushed }, async (stage) => {
    const { maria, room, first, proxy } = await asked(stage);
    const before = proxy.connections.length;
    await end(proxy);
    await maria.say(room, 'kr1 +1', { thread: first });
    await proxy.until('it comes back', () => proxy.connections.length > before, 60000);
    await maria.say(room, 'kr2 +1', { thread: first });
    await reads(maria, room, ['23%', '1', '12 days'], { ms: 40000 });
    onceOnly(maria, room);
  });

scene('a connection that goes silent is noticed by a ping, and what was lost with it is found', { ...pushed, timeout: 200000 }, async (stage) => {
  const { maria, room, first, proxy } = await asked(stage);
  const before = proxy.connections.length;
  proxy.silence();
  await maria.say(room, 'kr1 24%', { thread: first });
  await proxy.until('the homeserver was told that it arrived', () => proxy.lost.length > 0);
  await proxy.until('it connects anew', () => proxy.connections.length > before, 120000);
  await reads(maria, room, ['24%', '0', '12 days'], { ms: 30000 });
  onceOnly(maria, room);
});

scene('replaced by another instance it stays away, and says so', { ...pushed }, async (stage) => {
  const { proxy } = await asked(stage);
  const before = proxy.connections.length;
  proxy.replace();
  await stage.readyz(503, /another/i, 20000);
  await sleep(5000);
  assert.equal(proxy.connections.length, before, 'two instances would fight for ever');
});

scene('a proxy that does not know the token is said', { ...pushed, rooms: {}, start: false }, async (stage) => {
  stage.proxy.asToken = 'another';
  stage.daemon.launch();
  await stage.readyz(503, /token/i, 20000);
});

scene('long messages come in fragments, whole', { ...pushed }, async (stage) => {
  const { maria, room, first } = await asked(stage);
  for (const length of [3000, 4000, 4090, 6000, 8100, 8200]) {
    const said = await maria.say(room, `kr1 +0.5\nlearned: ${'é'.repeat(length / 2)}`, { thread: first });
    await maria.finds(room, /→/, { thread: first, after: said });
  }
  // One that nobody should have to read is whole as well: it is counted to its last character.
  const said = await maria.say(room, `kr1 +0.5\nlearned: ${'é'.repeat(15000)}`, { thread: first });
  await maria.finds(room, /That is 15018 characters long/, { thread: first, after: said });
  await reads(maria, room, ['25%', '0', '12 days']);
});

scene('what was missed in several rooms is found in each', { ...pushed, rooms: { west: ['maria', 'jonas'], east: ['lena'] } }, async (stage) => {
  const { proxy } = stage;
  const [maria, lena] = ['maria', 'lena'].map(stage.member);
  const [room, east] = ['west', 'east'].map(stage.room);
  await begin(maria, room);
  await setUp(lena, east, { name: 'East' });
  await stage.settled();
  await stage.daemon.kill();
  proxy.losing = 1000; // the homeserver is told that all of it arrived
  const asked = await maria.say(room, '!sprint status');
  const told = await lena.say(east, form('!okr objective', { objective: 'Make the east worth a visit', period: 'FY Q3, 2025-06-02 - 2025-08-31' }));
  await proxy.until('both are lost', () => proxy.lost.flatMap((t) => t.events).filter((e) => e.type === 'm.room.message').length >= 2);
  proxy.losing = 0;
  await stage.daemon.start();
  await maria.finds(room, /Restore/, { ms: 20000, thread: asked });
  await lena.finds(east, /Objective 1/, { ms: 20000, thread: told });
});

if (!missing())
  scene('behind a real homeserver: from setup to a check-in that is summed up', { ...west, transport: 'websocket', timeout: 150000 }, async (stage) => {
    const { maria, room, first } = await asked(stage);
    await ask(maria, room, 'kr1 24%', /KR1 22% → 24%/, { thread: first });
    stage.clock(SUMMED);
    await maria.waits('it is summed up', () => /^What moved/m.test(checkins(maria, room)[0].text), 20000);
    onceOnly(maria, room);
  });

play('Matrix: websocket', 3);
