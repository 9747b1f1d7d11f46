// What breaks beneath the store. While it lasts nothing is acknowledged, /readyz says why, and the log once; when it is
// over, what was said meanwhile comes again and counts, and what was due meanwhile is done.

import assert from 'node:assert/strict';
import { Disk } from './faults_disk.mjs';
import { EIO, ENOSPC, hold, sleep, until } from './faults_kit.mjs';

const LASTS_MS = 3000;
const QUARTER = 15 * 60 * 1000; // so long is a check-in open

// Answers before, while and after it is broken.
async function survive(side, wanted, breaks, mends) {
  await side.tell(2);
  await side.settled();
  await breaks();
  const kept = side.acknowledged();
  await side.tell(5);
  side.stage.advance(QUARTER);
  await side.ready(503, wanted);
  await sleep(LASTS_MS);
  await side.ready(503, wanted);
  await side.healthy();
  assert.equal(side.acknowledged(), kept, 'what is not kept is not acknowledged');
  await mends();
  await side.ready(200); // though nobody says anything
  await side.tell(3);
  await side.settled();
  await side.summedUp();
  assert.equal(side.entries('store_unwell').length, 1, 'said once');
  assert.equal(side.entries('store_well').length, 1, 'and that it is over');
}

async function struckBy(side, name, error, wanted) {
  await survive(side, wanted, () => side.faults.set(name, error), () => side.faults.set(name, 0));
  return side.faults.struck(name);
}

// What the store's log had room for already, it still takes.
async function fill(side) {
  side.disk.fill();
  await until('the store has no room', async () => {
    await side.tell(1);
    return (await side.served('/readyz')).status === 503;
  });
  await sleep(500); // what was acknowledged last has come
}

export const scenes = {
  'the disk is full': (side) => struckBy(side, 'write', ENOSPC, /store: .*the disk is full.* Free some room/),

  'fsync fails': (side) => struckBy(side, 'sync', EIO, /store: .*(disk I\/O|Input\/output) error/),

  'fsync fails now and then': async (side) => {
    let fails = false;
    const turn = () => {
      fails = !fails;
      side.faults.set('sync', fails ? EIO : 0);
    };
    const began = Date.now();
    const turns = setInterval(turn, 20);
    for (let i = 0; i < 40; i++) {
      await side.tell(1);
      await sleep(50);
    }
    clearInterval(turns);
    side.faults.set('sync', 0);
    await side.ready(200);
    const seconds = (Date.now() - began) / 1000;
    assert.ok(side.entries('store_unwell').length <= 1 + seconds, 'what comes and goes is said once a second at most');
    return side.faults.struck('sync');
  },

  // What was written and not synced may be there when it is back: it was not acknowledged, so it comes again as well.
  'fsync fails, and it is killed': async (side) => {
    await side.tell(2);
    await side.settled();
    side.faults.set('sync', EIO);
    await side.tell(5);
    await side.ready(503, /store: /);
    assert.equal(side.acknowledged(), 2, 'what is not kept is not acknowledged');
    await side.daemon.kill();
    side.faults.set('sync', 0);
    await side.daemon.start();
    await side.tell(3);
    return side.faults.struck('sync');
  },

  'another program holds the store': async (side) => {
    let release;
    const breaks = async () => {
      release = await hold(side.store);
    };
    await survive(side, /store: .*another program has held it too long/, breaks, () => release());
    return side.batchesFailed();
  },

  'a disk of 8 MB is full': {
    before: async (side) => {
      side.disk = await Disk.under(side);
    },
    play: async (side) => {
      await survive(side, /store: .*the disk is full/, () => fill(side), () => side.disk.free());
      return side.batchesFailed();
    },
    after: (side) => side.disk?.stop(),
  },
};
