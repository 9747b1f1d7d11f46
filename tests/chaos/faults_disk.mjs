// A small disk of the daemon's own, that can really be full: a tmpfs in a mount namespace, which nobody else sees.

import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ANCHORD, LeftOut } from './faults_kit.mjs';

const SIZE = '8m';
const PIECE = Buffer.alloc(4096, 'x');

export class Disk {
  // From here on the side's store is there, and its program runs where that disk is seen.
  static async under(side) {
    const disk = new Disk();
    const { stage } = side;
    const at = path.join(stage.folder, 'disk');
    fs.mkdirSync(at);
    const root = process.getuid() === 0;
    const script = `mount -t tmpfs -o size=${SIZE},mode=700 tmpfs "$1" && echo there && exec cat`;
    disk.keeper = spawn('unshare', [root ? '-m' : '-rm', 'sh', '-c', script, 'sh', at], { stdio: ['pipe', 'pipe', 'ignore'] });
    disk.keeper.on('error', () => {});
    const [said] = await Promise.race([once(disk.keeper.stdout, 'data'), once(disk.keeper, 'close')]).catch(() => []);
    if (String(said).trim() !== 'there') throw new LeftOut('a disk of its own cannot be mounted here (as root, or with unshare -rm)');
    const { pid } = disk.keeper;
    const file = path.join(stage.folder, 'beside');
    const enter = `nsenter -t ${pid} -m ${root ? '' : '-U --preserve-credentials'}`;
    fs.writeFileSync(file, `#!/bin/sh\nexec ${enter} "${path.resolve(ANCHORD)}" "$@"\n`, { mode: 0o700 });
    stage.program = file;
    stage.env = {}; // nothing is preloaded into sh
    stage.store = path.join(at, 'anchord.db');
    disk.filler = `/proc/${pid}/root${at}/filler`;
    return disk;
  }

  // To its last byte.
  fill() {
    const fd = fs.openSync(this.filler, 'w');
    try {
      for (;;) fs.writeSync(fd, PIECE);
    } catch (e) {
      if (e.code !== 'ENOSPC') throw e;
    } finally {
      fs.closeSync(fd);
    }
  }

  free() {
    fs.unlinkSync(this.filler);
  }

  stop() {
    this.keeper.stdin.end();
  }
}
