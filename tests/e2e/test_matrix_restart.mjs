// The homeserver itself goes away and comes back, so this file has one of its own.

import assert from 'node:assert/strict';
import { ASKED, SUMMED, begin, checkins, needSynapse, onceOnly, prompt, reads, west } from './matrix.mjs';
import { scene } from '../peers/matrix/harness.mjs';

needSynapse();

scene('a homeserver that restarts costs nothing but time', { ...west, timeout: 240000 }, async (stage) => {
  const { clock, hs } = stage;
  const maria = stage.member('maria');
  const room = stage.room('west');
  await begin(maria, room);
  await hs.pause();
  clock(ASKED); // it is asked for while nobody is there
  await stage.readyz(503, /community/, 60000);
  await hs.resume();
  const first = await prompt(maria, room, { ms: 90000 });
  await stage.readyz(200, /./, 60000);
  await maria.say(room, 'kr1 24%', { thread: first });
  await reads(maria, room, ['24%', '0', '12 days'], { ms: 30000 });
  await hs.restart();
  clock(SUMMED);
  await maria.waits('it is summed up', () => /^What moved/m.test(checkins(maria, room)[0].text), 90000);
  onceOnly(maria, room);
  assert.deepEqual(await stage.twice(), []);
});
