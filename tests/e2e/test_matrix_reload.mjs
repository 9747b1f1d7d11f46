// The configuration is read anew while people answer on Matrix: what did not change goes on, what changed comes again
// where it was, and nothing that was said meanwhile is lost or counted twice.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { ASKED, begin, onceOnly, play, prompt, reads, scene, sleep, west } from './matrix.mjs';
import { workspace } from './slack.mjs';

const emulated = { ...west, server: 'emulator', start: false, timeout: 120000 };

// A token from a file: the environment of a process that runs cannot be changed.
function keepToken(stage, token = stage.bot.access_token) {
  const file = path.join(stage.folder, 'token');
  stage.secrets.add(token);
  fs.writeFileSync(file, `${token}\n`, { mode: 0o600 });
  stage.entry.access_token = `file:${file}`;
}

const count = (stage, event) => stage.daemon.log.split(`"event":"${event}"`).length - 1;

async function reload(stage) {
  const ended = () => count(stage, 'reloaded') + count(stage, 'reload_refused');
  const before = ended();
  stage.daemon.configure();
  stage.daemon.signal('SIGHUP');
  await stage.until('the configuration is read anew', () => ended() > before, 10000);
}

const asksWho = (stage) => stage.hs.called(/whoami/, stage.bot.user_id).length;

async function asked(stage) {
  keepToken(stage);
  await stage.daemon.start();
  await stage.prepare();
  const maria = stage.member('maria');
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  const first = await prompt(maria, room);
  await stage.settled();
  return { maria, room, first };
}

// Says one more of the second key result, again and again, while `meanwhile` goes on: how often.
async function telling(maria, room, first, meanwhile) {
  let told = 0;
  let on = true;
  const tell = (async () => {
    while (on) {
      await maria.say(room, 'kr2 +1', { thread: first });
      told += 1;
      await sleep(40);
    }
  })();
  await sleep(150);
  await meanwhile();
  await sleep(150);
  on = false;
  await tell;
  return told;
}

scene('an account that did not change keeps its sync while a Slack workspace comes', { ...emulated, slack: workspace('acme') }, async (stage) => {
  const whole = stage.beside.entries.bind(stage.beside);
  stage.beside.entries = () => [];
  stage.beside.connected = () => true;
  const { maria, room, first } = await asked(stage);
  const before = asksWho(stage);
  const told = await telling(maria, room, first, async () => {
    stage.beside.entries = whole;
    await reload(stage);
    await stage.beside.until('Slack is connected', () => stage.beside.ws.socket.ready.length === 1, 15000);
  });
  assert.equal(count(stage, 'reload_refused'), 0);
  assert.equal(asksWho(stage), before, 'it is not asked anew who it is');
  await reads(maria, room, ['22%', `${told}`, '12 days']);
  onceOnly(maria, room);
});

scene('a new token is taken, and what was said in between counts once', emulated, async (stage) => {
  const { maria, room, first } = await asked(stage);
  const before = asksWho(stage);
  const told = await telling(maria, room, first, async () => {
    const { access_token: token } = stage.hs.account('anchord', { strict: true, device: stage.bot.device_id });
    keepToken(stage, token);
    await reload(stage);
    await stage.until('it is asked anew who it is', () => asksWho(stage) > before, 15000);
  });
  await reads(maria, room, ['22%', `${told}`, '12 days']);
  onceOnly(maria, room);
});

scene('a token that is refused is said, and a good one mends it', emulated, async (stage) => {
  const { maria, room, first } = await asked(stage);
  keepToken(stage, 'syt_of_nobody');
  await reload(stage);
  await stage.readyz(503, /community/, 20000);
  await maria.say(room, 'kr1 24%', { thread: first });
  keepToken(stage);
  await reload(stage);
  await stage.readyz(200, /./, 20000);
  await reads(maria, room, ['24%', '0', '12 days']);
  onceOnly(maria, room);
});

play('Matrix, reloaded', 3);
