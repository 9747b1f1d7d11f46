// What goes wrong between the daemon and a real homeserver, and the daemon itself killed at bad moments: nothing that a
// member said is lost, and nothing is said twice to them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { ASKED, SUMMED, ask, begin, chances, checkins, form, needSynapse, never, onceOnly, play, prompt, reads, revive, scene, sleep, west } from './matrix.mjs';

needSynapse();

const wired = { ...west, wire: true, timeout: 150000 };

// A team with an open sprint that has been asked today.
async function asked(stage) {
  const maria = stage.member('maria');
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  const first = await prompt(maria, room);
  await stage.settled();
  return { room, maria, jonas: stage.member('jonas'), lena: stage.member('lena'), first };
}

// ---- killed

scene('killed at any instant, it comes back with every answer, each counted once', { ...west, timeout: 240000 }, async (stage) => {
  const chance = chances(7);
  const { room, maria, first } = await asked(stage);
  const rounds = 15;
  for (let i = 0; i < rounds; i++) {
    await maria.say(room, 'kr1 +0.5', { thread: first });
    await sleep(chance.below(60));
    await revive(stage);
  }
  await reads(maria, room, [`${22 + rounds / 2}%`, '0', '12 days'], { ms: 30000 });
  onceOnly(maria, room);
});

scene('killed again and again, edits, presses and what was taken back count as they stand in the end', { ...west, timeout: 240000 }, async (stage) => {
  const chance = chances(11);
  const { room, maria, jonas, lena, first } = await asked(stage);
  const told = await maria.say(room, 'kr1 23%', { thread: first });
  const taken = await lena.say(room, 'kr2 4', { thread: first });
  const acts = [
    () => maria.edit(room, told, 'kr1 25%'),
    () => jonas.say(room, 'kr3 11 days', { thread: first }),
    () => lena.redact(room, taken),
    () => jonas.press(room, first, 'Same'),
    () => jonas.unreact(room, first, '✅'),
    () => maria.edit(room, told, 'kr1 26%'),
  ];
  for (const act of acts) {
    await act();
    await sleep(chance.below(80));
    await revive(stage);
  }
  await reads(maria, room, ['26%', '0', '11 days'], { ms: 30000 });
  onceOnly(maria, room);
});

scene('killed while it fills a gap, it fills it when it is back', { ...west, server: 'emulator' }, async (stage) => {
  const { room, maria, jonas, first } = await asked(stage);
  await stage.daemon.kill();
  await jonas.say(room, 'kr1 +1', { thread: first });
  for (let i = 0; i < 80; i++) await maria.say(room, `chatter ${i}`);
  await maria.say(room, 'kr2 +1', { thread: first });
  const held = stage.hs.rule({ method: 'GET', path: /\/messages$/, user: stage.bot.user_id, do: 'hang' });
  stage.daemon.launch();
  await stage.until('it asks for what it missed', () => held.hits > 0);
  await stage.daemon.kill();
  stage.hs.clearRules();
  await stage.daemon.start();
  await reads(maria, room, ['23%', '1', '12 days'], { ms: 20000 });
  onceOnly(maria, room);
});

scene('what is said while it is down is answered when it is back', { ...west }, async (stage) => {
  const { room, maria, jonas, first } = await asked(stage);
  await stage.daemon.kill();
  const said = await jonas.say(room, 'kr1 24%', { thread: first });
  for (let i = 0; i < 120; i++) await maria.say(room, `chatter ${i}`); // more than one page of a timeline
  await maria.say(room, 'kr2 1', { thread: first });
  await stage.daemon.start();
  await jonas.finds(room, /KR1 22% → 24%/, { thread: first, after: said, ms: 20000 });
  await reads(maria, room, ['24%', '1', '12 days'], { ms: 20000 });
  onceOnly(maria, room);
});

for (const [what, pattern] of [
  ['posting and recording', /^PUT \S*\/send\//],
  ['asking for news and hearing it', /^GET \S*\/sync/],
])
  scene(`killed between ${what}: the prompt stands once, and what was answered at once counts`, wired, async (stage) => {
    const { member, wire, clock } = stage;
    const maria = member('maria');
    const room = stage.room('west');
    await begin(maria, room);
    await stage.settled();
    const lost = wire.lose(pattern);
    clock(ASKED);
    await lost;
    await revive(stage);
    const first = await prompt(maria, room, { ms: 30000 });
    await maria.say(room, 'kr1 24%', { thread: first });
    await reads(maria, room, ['24%', '0', '12 days'], { ms: 30000 });
    clock(SUMMED);
    await maria.waits('it is summed up', () => /^What moved/m.test(checkins(maria, room)[0].text), 30000);
    onceOnly(maria, room);
  });

scene('killed in the middle of a conversation, it goes on where it was', { ...west }, async (stage) => {
  const maria = stage.member('maria');
  const room = stage.room('west');
  await begin(maria, room);
  const opened = await maria.say(room, '!okr objective');
  const question = await maria.finds(room, /What does the team want to change/, { thread: opened });
  await revive(stage);
  await maria.say(room, 'Win back the accounts that went quiet', { thread: opened });
  await maria.finds(room, /Which period/, { thread: opened, after: question, ms: 20000 });
});

scene('killed again and again without a pause, it asks nobody twice', { ...west, timeout: 150000 }, async (stage) => {
  const maria = stage.member('maria');
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  for (let i = 0; i < 8; i++) {
    await sleep(40 * i);
    await stage.daemon.kill();
    stage.daemon.launch();
  }
  await prompt(maria, room, { ms: 30000 });
  await stage.settled();
  onceOnly(maria, room);
});

for (const [what, after] of [
  ['before the homeserver has it', false],
  ['after it', true],
])
  scene(`killed while a reply is on its way, ${what}: it arrives, once`, { ...west, server: 'emulator' }, async (stage) => {
    const { room, maria, first } = await asked(stage);
    const held = stage.hs.rule({ method: 'PUT', path: /\/send\/m\.room\.message\//, user: stage.bot.user_id, do: 'hang', after });
    const said = await maria.say(room, 'kr1 24%', { thread: first });
    await stage.until('the reply is on its way', () => held.hits > 0);
    await stage.daemon.kill();
    stage.hs.clearRules();
    await stage.daemon.start();
    await maria.finds(room, /KR1 22% → 24%/, { thread: first, after: said, ms: 20000 });
    await stage.settled();
    const replies = maria.sees(room).filter((m) => m.bot && /KR1 22% → 24%/.test(m.text) && m.thread === first.id);
    assert.equal(replies.length, 1);
    onceOnly(maria, room);
  });

scene('killed while an upgraded room is followed, it follows it when it is back', { ...west, server: 'emulator' }, async (stage) => {
  const { room, maria } = await asked(stage);
  const held = stage.hs.rule({ method: 'POST', path: /\/join\//, user: stage.bot.user_id, do: 'hang' });
  const next = await maria.upgrade(room, '11');
  stage.rooms.set('west2', next);
  await maria.invite(next, stage.bot.user_id).catch(() => {});
  await stage.until('it goes there', () => held.hits > 0);
  await sleep(500); // what told of it is stored
  await stage.daemon.kill();
  stage.hs.clearRules();
  await stage.daemon.start();
  await stage.until('it follows', () => stage.isIn(maria, next, stage.bot.user_id), 30000);
  await ask(maria, next, '!sprint status', /Restore/, { ms: 20000 });
});

scene('killed while it accepts an invitation, it is there when it is back', { ...west, server: 'emulator', rooms: {} }, async (stage) => {
  const maria = await stage.enter('maria');
  const held = stage.hs.rule({ method: 'POST', path: /\/join\//, user: stage.bot.user_id, do: 'hang' });
  const room = await maria.createRoom({ name: 'west', invite: [stage.bot.user_id] });
  stage.rooms.set('west', room);
  await stage.until('it goes there', () => held.hits > 0);
  await sleep(500); // what told of it is stored
  await stage.daemon.kill();
  stage.hs.clearRules();
  await stage.daemon.start();
  await stage.until('it is there', () => stage.isIn(maria, room, stage.bot.user_id), 20000);
  await begin(maria, room);
});

scene('killed while it logs in by password, it is let in when it is back', { ...west, server: 'emulator', login: 'password', rooms: {}, start: false }, async (stage) => {
  const { hs, daemon } = stage;
  for (const after of [false, true]) {
    const held = hs.rule({ method: 'POST', path: /\/login$/, do: 'hang', after });
    daemon.launch();
    await stage.until('it logs in', () => held.hits > 0);
    await daemon.kill();
    hs.clearRules();
  }
  await daemon.start();
  await daemon.restart();
  assert.equal(hs.called(/POST .*\/login$/).length, 3, 'what was kept is used');
});

scene('while the disk is full nothing is lost, and all is taken when it is not', { ...west }, async (stage) => {
  const { room, maria, first } = await asked(stage);
  const mayGrow = (bytes) => execFileSync('prlimit', [`--pid=${stage.daemon.child.pid}`, `--fsize=${bytes}:`]);
  mayGrow(1);
  for (let i = 0; i < 3; i++) await maria.say(room, 'kr1 +1', { thread: first });
  await stage.readyz(503, /store: /, 20000);
  mayGrow('unlimited');
  await reads(maria, room, ['25%', '0', '12 days'], { ms: 30000 });
  onceOnly(maria, room);
  assert.doesNotMatch(stage.daemon.log, /event_left_out/);
});

// ---- connections lost

const LOSSES = {
  'a cut': (wire) => wire.cut(),
  'three cuts in a row': async (wire) => {
    for (let i = 0; i < 3; i++) {
      wire.cut();
      await sleep(300);
    }
  },
  'a closed port': async (wire) => {
    await wire.shut();
    await sleep(2500);
    await wire.open();
  },
  'an answer lost on its way': (wire) => wire.lose(/^PUT \S*\/send\//),
};
for (const [what, lose] of Object.entries(LOSSES))
  scene(`after ${what} every answer is there, once`, wired, async (stage) => {
    const { room, maria, jonas, first } = await asked(stage);
    const told = jonas.say(room, 'kr1 +1', { thread: first });
    await lose(stage.wire);
    await told;
    await maria.say(room, 'kr2 +1', { thread: first });
    await reads(maria, room, ['23%', '1', '12 days'], { ms: 60000 });
    onceOnly(maria, room);
  });

scene('a connection that goes silent is noticed, and what was said meanwhile is answered', { ...wired, timeout: 240000 }, async (stage) => {
  const { room, maria, first } = await asked(stage);
  stage.wire.freeze();
  const said = await maria.say(room, 'kr1 24%', { thread: first });
  await stage.readyz(503, /./, 120000);
  stage.wire.thaw();
  await maria.finds(room, /KR1 22% → 24%/, { thread: first, after: said, ms: 120000 });
  onceOnly(maria, room);
});

// ---- the homeserver's own limits

scene('under default limits everything arrives, in order and once, if later', { ...west, limits: 'default', timeout: 280000 }, async (stage) => {
  const { member } = stage;
  const maria = member('maria');
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  const first = await prompt(maria, room, { ms: 90000 });
  await maria.say(room, 'kr1 24%', { thread: first });
  await maria.finds(room, /KR1 22% → 24%/, { thread: first, ms: 90000 });
  onceOnly(maria, room);
  assert.doesNotMatch(stage.daemon.log, /"level":"error"/);
});

scene('by password it logs in once, however often it is started', { ...west, login: 'password', limits: 'default', rooms: {} }, async (stage) => {
  for (let i = 0; i < 8; i++) {
    await stage.daemon.restart();
    await stage.daemon.kill();
    await stage.daemon.start();
  }
  assert.equal(stage.daemon.log.includes(stage.password), false);
});

// ---- rooms

scene('what was said before it came is not answered', { ...west, rooms: {} }, async (stage) => {
  const { maria } = { maria: await stage.enter('maria') };
  const room = await maria.createRoom({ name: 'old' });
  await maria.say(room, form('!sprint setup', { name: 'Old', timezone: 'Europe/Berlin' }));
  await maria.say(room, '!sprint help');
  await maria.invite(room, stage.bot.user_id);
  stage.rooms.set('old', room);
  await stage.until('it joins', () => stage.isIn(maria, room, stage.bot.user_id), 20000);
  await never('it answers what is old', maria, room, /./, 2500);
  await ask(maria, room, '!sprint help', /sprint/);
});

scene('kicked and invited again, it goes on, and answers nothing of what it missed', { ...west }, async (stage) => {
  const { room, maria, first } = await asked(stage);
  const bot = stage.bot.user_id;
  await maria.kick(room, bot);
  await maria.say(room, 'kr1 99%', { thread: first });
  await maria.say(room, '!sprint status');
  await sleep(1000);
  await maria.invite(room, bot);
  await stage.until('it is back', () => stage.isIn(maria, room, bot), 20000);
  await never('it answers what it missed', maria, room, /99%|Day 1 of/, 2000);
  await ask(maria, room, 'kr1 24%', /KR1 22% → 24%/, { thread: first });
});

scene('a room that is upgraded keeps its team and its sprint', { ...west, timeout: 150000 }, async (stage) => {
  const { room, maria } = await asked(stage);
  const next = await maria.upgrade(room, '11');
  stage.rooms.set('west2', next);
  await maria.invite(next, stage.bot.user_id).catch(() => {});
  await stage.until('it follows', () => stage.isIn(maria, next, stage.bot.user_id), 30000);
  await ask(maria, next, '!sprint status', /Restore/, { ms: 20000 });
  stage.clock('2025-07-15T09:30:00+02:00');
  await prompt(maria, next, { ms: 30000 });
});

scene('who is not allowed is not joined, and not answered', { ...west, rooms: {}, allow: ['@nobody:localhost'] }, async (stage) => {
  const maria = await stage.enter('maria');
  const room = await maria.createRoom({ name: 'mine', invite: [stage.bot.user_id] });
  await sleep(3000);
  assert.equal(stage.isIn(maria, room, stage.bot.user_id), false);
});

scene('in an encrypted room it says once that it cannot read', { ...west, rooms: {} }, async (stage) => {
  const maria = await stage.enter('maria');
  await stage.furnish('secret', ['maria', 'jonas'], { encrypted: true });
  const room = stage.room('secret');
  const cipher = { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'AwgA', device_id: 'D', sender_key: 'k', session_id: 's' };
  for (let i = 0; i < 3; i++) await maria.send(room, 'm.room.encrypted', cipher);
  await maria.finds(room, /encrypt/i, { ms: 15000 });
  await stage.settled();
  assert.equal(maria.sees(room).filter((m) => m.bot).length, 1);
});

for (const after of [false, true])
  scene(`killed while it says so, ${after ? 'after' : 'before'} the homeserver has it: it has said it once in the end`, { ...west, rooms: {}, server: 'emulator' }, async (stage) => {
    const maria = await stage.enter('maria');
    const held = stage.hs.rule({ method: 'PUT', path: /\/send\/m\.room\.message\//, user: stage.bot.user_id, do: 'hang', after });
    await stage.furnish('secret', ['maria', 'jonas'], { encrypted: true });
    const room = stage.room('secret');
    await stage.until('it is said', () => held.hits > 0);
    await stage.daemon.kill();
    stage.hs.clearRules();
    await stage.daemon.start();
    await maria.send(room, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'AwgA', device_id: 'D', sender_key: 'k', session_id: 's' });
    await maria.finds(room, /encrypt/i, { ms: 15000 });
    await stage.settled();
    assert.equal(maria.sees(room).filter((m) => m.bot).length, 1);
  });

scene('room version 12: its creator may set up a team', { ...west, rooms: {} }, async (stage) => {
  await stage.furnish('west', ['maria', 'jonas'], { version: '12' });
  const maria = stage.member('maria');
  const jonas = stage.member('jonas');
  const room = stage.room('west');
  const refused = await ask(jonas, room, form('!sprint setup', { name: 'West', timezone: 'Europe/Berlin' }));
  assert.doesNotMatch(refused.text, /lives here now/);
  await begin(maria, room);
});

play('Matrix: faults');
