// `anchord doctor` and `anchord check` against Matrix as it is found: what works, what does not, how to mend it, and what
// the exit code says of it. Nothing is said in any room, and no token is printed.

import assert from 'node:assert/strict';
import { begin, play, scene, west } from './matrix.mjs';

const off = { ...west, server: 'emulator', start: false };

async function doctor(stage) {
  const { code, signal, out } = await stage.daemon.command(['doctor', '-c', stage.daemon.file], { ms: 60000 });
  assert.equal(signal, null, out);
  assert.deepEqual(stage.leaks(), []);
  return { code, out };
}

const failures = (out) => out.split('\n').filter((l) => l.includes('FAIL'));

// One failure that reads so; and that it is ill.
function expectFailure({ code, out }, pattern) {
  assert.ok(failures(out).some((l) => pattern.test(l)), out);
  assert.match(out, /Something needs mending\.\n$/);
  assert.equal(code, 1);
}

function expectWell({ code, out }) {
  assert.deepEqual(failures(out), []);
  assert.match(out, /All is well\.\n$/);
  assert.equal(code, 0);
}

const said = (stage) => stage.hs.called(/(PUT|POST) .*\/(send|state|join|redact|upload|createRoom)/, stage.bot.user_id).length;

scene('all is well', off, async (stage) => {
  await stage.daemon.start();
  await stage.prepare();
  await begin(stage.member('maria'), stage.room('west'));
  await stage.settled();
  await stage.daemon.stop();
  const before = said(stage);
  expectWell(await doctor(stage));
  assert.equal(said(stage), before, 'it says nothing');
});

scene('a token that the homeserver does not know', { ...off, rooms: {} }, async (stage) => {
  stage.hs.world.expire(stage.bot.access_token);
  expectFailure(await doctor(stage), /token/i);
});

scene("a token of somebody else's", { ...off, rooms: {} }, async (stage) => {
  stage.entry.user = '@other:localhost';
  expectFailure(await doctor(stage), /@anchord:localhost/);
});

scene('a password is not tried, since attempts are counted', { ...off, rooms: {}, login: 'password' }, async (stage) => {
  stage.hs.world.users.get(stage.bot.user_id).password = 'another';
  expectWell(await doctor(stage));
  assert.equal(stage.hs.logins.length, 0);
});

scene('a homeserver that nobody answers for', { ...off, rooms: {} }, async (stage) => {
  await stage.hs.pause();
  expectFailure(await doctor(stage), /127\.0\.0\.1/);
});

scene('a homeserver that is none', { ...off, rooms: {} }, async (stage) => {
  stage.hs.rule({ path: /versions/, do: 'html', status: 200 });
  expectFailure(await doctor(stage), /homeserver/i);
});

scene('a proxy that refuses the token', { ...off, rooms: {}, transport: 'websocket' }, async (stage) => {
  stage.proxy.asToken = 'another';
  expectFailure(await doctor(stage), /token|registration/i);
});

scene('a proxy that is not there', { ...off, rooms: {}, transport: 'websocket' }, async (stage) => {
  await stage.proxy.stop();
  expectFailure(await doctor(stage), /proxy/i);
});

for (const [what, change, wanted] of [
  ['neither token nor password', (e) => delete e.access_token, /access_token|password/],
  ['a transport that there is not', (e) => (e.transport = 'pigeon'), /transport/],
  ['a websocket without its proxy', (e) => (e.transport = 'websocket'), /proxy_url/],
  ['a user that is no id', (e) => (e.user = 'anchord'), /user/],
  ['a homeserver that is no URL', (e) => (e.homeserver = 'localhost'), /homeserver/],
  ["a key of Slack's", (e) => (e.app_token = 'x'), /app_token/],
])
  scene(`check names ${what}, with its place`, { ...off, rooms: {} }, async (stage) => {
    change(stage.entry);
    const { code, out } = await stage.daemon.command(['check', '-c', stage.daemon.file]);
    assert.equal(code, 2, out);
    assert.match(out, /anchord\.yaml:\d+:\d+: /);
    assert.match(out, wanted);
  });

play('Matrix: doctor');
