// The wall clock is stepped while it runs: by the test's clock, with the platform's, and under the daemon alone, as by
// a machine whose clock was wrong. No day is asked about twice, and the next one is.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { DAY, sleep } from './faults_kit.mjs';

const LOOK_MS = 2000; // a stepped clock shows within a second

// Seconds that the process has had of a processor.
function seconds(pid) {
  const [utime, stime] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(utime) + Number(stime)) / 100;
}

// It goes on, and does nothing else: a loop that does not wait would take all there is.
async function rests(side) {
  const { pid } = side.daemon.child;
  await sleep(LOOK_MS);
  const before = seconds(pid);
  await sleep(LOOK_MS);
  const took = seconds(pid) - before;
  assert.ok(took < LOOK_MS / 2000, `it took ${took} s of the processor in ${LOOK_MS / 1000} s`);
  await side.healthy();
  await side.ready(200);
}

// Answers in each of these days; `asks`: a day that was not asked about before.
async function walk(side, step, days) {
  await side.tell(2);
  await side.settled();
  for (const { by, asks } of days) {
    await step(by * DAY);
    if (asks) await side.asksAgain();
    await side.tell(2);
    await side.settled();
    await rests(side);
    assert.equal(side.asked(), side.prompts, `how often it was asked, ${by} days on`);
  }
}

// From Monday: to Tuesday and back to Monday, to Tuesday, to Wednesday.
const ON_AND_BACK = [{ by: 1, asks: true }, { by: -1 }, { by: 1 }, { by: 1, asks: true }];
// To Sunday and on to Monday, to Tuesday.
const BACK_AND_ON = [{ by: -1 }, { by: 1 }, { by: 1, asks: true }];

const withThePlatforms = (days) => async (side) => {
  await walk(side, (ms) => side.stage.advance(ms), days);
  return days.length;
};

const alone = (days) => async (side) => {
  let ahead = 0;
  const step = (ms) => {
    ahead += ms;
    side.faults.set('clock', ahead * 1000);
  };
  await walk(side, step, days);
  return side.faults.struck('clock');
};

export const scenes = {
  'the clock steps a day on, and back': withThePlatforms(ON_AND_BACK),
  'the clock steps a day back, and on': withThePlatforms(BACK_AND_ON),
  "this machine's clock steps a day on, and back": alone(ON_AND_BACK),
  "this machine's clock steps a day back, and on": alone(BACK_AND_ON),
};
