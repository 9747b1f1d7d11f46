// What breaks around the daemon, and for how long: the page that it shares with faults_shim.c, and the programs that
// are built beside it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { comes, sleep } from './kit.mjs';

export { sleep };

export const ANCHORD = process.env.ANCHORD;
const built = path.join(path.dirname(ANCHORD ?? ''), 'tests');
export const SHIM = path.join(built, 'faults.so');
const HOLDER = path.join(built, 'faults-holder');

export const EIO = 5;
export const ENOSPC = 28;
export const DAY = 24 * 3600 * 1000;

// A scene whose means this machine lacks.
export class LeftOut extends Error {}

// AddressSanitizer wants to be the first of what is preloaded.
const sanitizer = ANCHORD && /\S*\/libasan\S*/.exec(execFileSync('ldd', [ANCHORD], { encoding: 'utf8' }))?.[0];
export const SANITIZED = sanitizer !== undefined;

// In the order in which they stand in faults_shim.c, each with a setting and a count.
const FAULTS = ['write', 'sync', 'names', 'clock'];

export class Faults {
  // Of the files, those in that folder fail.
  constructor(folder) {
    this.file = path.join(folder, 'faults');
    fs.writeFileSync(this.file, Buffer.alloc(16 * FAULTS.length));
    this.page = fs.openSync(this.file, 'r+');
  }

  get env() {
    return { LD_PRELOAD: [sanitizer, SHIM].filter(Boolean).join(' '), ANCHORD_FAULTS: this.file };
  }

  set(name, value) {
    const setting = Buffer.alloc(8);
    setting.writeBigInt64LE(BigInt(value));
    fs.writeSync(this.page, setting, 0, 8, 16 * FAULTS.indexOf(name));
  }

  struck(name) {
    const count = Buffer.alloc(8);
    fs.readSync(this.page, count, 0, 8, 16 * FAULTS.indexOf(name) + 8);
    return Number(count.readBigInt64LE());
  }

  close() {
    fs.closeSync(this.page);
  }
}

// Another program that holds the store; resolves to how it lets go.
export async function hold(store) {
  const child = spawn(HOLDER, [store], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  assert.equal(String(said).trim(), 'held');
  return async () => {
    child.stdin.end();
    const [code] = await once(child, 'close');
    assert.equal(code, 0);
  };
}

export const until = (what, test, ms = 20000) => comes(what, test, ms);
