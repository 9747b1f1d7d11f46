// A real homeserver for a test file: an instance of its own, ended when this process ends, however it does.
//
//   const hs = await Synapse.start({ limits: 'default' });
//   const maria = await hs.register('maria');       // {user_id, access_token, device_id}
//   await hs.restart();
//   await hs.stop();

import { execFile, spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../port.mjs';
import { Waiting } from '../waiting.mjs';

const script = fileURLToPath(new URL('../synapse.sh', import.meta.url));
const run = promisify(execFile);
let count = 0;

// Why there can be none here; '' when there can.
export function missing() {
  if (process.getuid() !== 0) return 'Synapse lives in a chroot, and that needs root';
  const { SYNAPSE_DIR, XDG_CACHE_HOME } = process.env;
  const folder = SYNAPSE_DIR ?? path.join(XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'synapse-peer');
  return fs.existsSync(path.join(folder, 'installed'))
    ? ''
    : 'Synapse is not installed: tests/peers/synapse.sh install';
}

export class Synapse extends Waiting {
  // limits: 'relaxed' or 'default' (a real server's); push: where transactions for the application service go.
  static async start({ limits = 'relaxed', push = 'none' } = {}) {
    const hs = new Synapse();
    count += 1;
    hs.instance = `test-${process.pid}-${count}`;
    hs.port = await freePort();
    hs.settings = { SYNAPSE_RATELIMITS: limits, SYNAPSE_APPSERVICE_URL: push };
    hs.watch();
    await hs.resume();
    return hs;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get env() {
    return { ...process.env, ...this.settings, SYNAPSE_INSTANCE: this.instance };
  }

  // Ends and forgets the instance as soon as this process is gone, even killed: its end of a pipe closes.
  watch() {
    const line = `cat >/dev/null; '${script}' stop && '${script}' reset`;
    this.watcher = spawn('sh', ['-c', line], { stdio: ['pipe', 'ignore', 'ignore'], env: this.env, detached: true });
    this.watcher.unref();
    this.watcher.stdin.unref?.();
    this.ended = new Promise((resolve) => {
      this.watcher.once('close', resolve);
    });
  }

  async script(...args) {
    const { stdout } = await run(script, args, { env: this.env });
    return stdout;
  }

  pause = () => this.script('stop');
  resume = () => this.script('start', String(this.port));

  async restart() {
    await this.pause();
    await this.resume();
  }

  // By the shared secret, as an administrator makes users where nobody may register.
  async register(name, password = `secret-of-${name}`) {
    const { SYNAPSE_REGISTRATION_SECRET: key } = await this.settingsOf();
    const at = `${this.url}/_synapse/admin/v1/register`;
    const { nonce } = await (await fetch(at)).json();
    const mac = crypto.createHmac('sha1', key).update([nonce, name, password, 'notadmin'].join('\0')).digest('hex');
    const answer = await fetch(at, {
      method: 'POST',
      body: JSON.stringify({ nonce, username: name, displayname: name, password, mac, admin: false }),
    });
    const made = await answer.json();
    if (!answer.ok) throw new Error(`registering ${name}: ${answer.status} ${made.error}`);
    return made;
  }

  // {SYNAPSE_AS_TOKEN, SYNAPSE_HS_TOKEN, SYNAPSE_STATE, …}
  async settingsOf() {
    this.told ??= await this.script('env');
    const lines = this.told.trim().split('\n');
    return Object.fromEntries(lines.map((l) => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]));
  }

  async stop() {
    this.watcher.ref();
    this.watcher.stdin.end();
    await this.ended;
  }
}

// One for a callback; stopped at its end, also on failure.
export async function withSynapse(options, use) {
  const hs = await Synapse.start(options);
  try {
    return await use(hs);
  } finally {
    await hs.stop();
  }
}
