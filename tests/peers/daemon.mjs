// The daemon as a child of a test, whatever platforms play its other side: configuration, start, kill, restart, and
// what its log must never hold. A stage tells what it needs:
//
//   folder, store (a file there, unless it says where), program, settings (further top-level keys of anchord.yaml), env,
//   clockFile, advance(ms)
//   entries()     the configuration's workspaces, each a flat object; secrets come as ${VARIABLE}
//   variables()   {VARIABLE: secret}
//   connected(n)  the daemon is connected to every workspace, n times where that can be told
//   gone()        waits until the platform has seen that a killed one is gone; where it can tell
//   until(what, test, ms), changed()

import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const LOG_MAX = 8 << 20;
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

// Values of a flat map as YAML; JSON is YAML, and quotes what needs it.
const plain = (v) => typeof v !== 'object' && !/^[@*&!"'%`]/.test(v);
const yaml = (settings) => Object.entries(settings).map(([k, v]) => `${k}: ${plain(v) ? v : JSON.stringify(v)}`);

// The environment's name of a workspace's secret.
export const variable = (name, what) => `ANCHORD_TEST_${name.toUpperCase().replace(/\W/g, '_')}_${what}`;

// What no log may hold: reports of sanitizers and assertions.
export const reports = (log) =>
  [/ERROR: \w+Sanitizer/, /runtime error:/, /assertion.*failed/i]
    .filter((r) => r.test(log))
    .map((r) => `the log holds a report: ${log.match(new RegExp(`.*${r.source}.*`, r.flags))?.[0]}`);

export class Daemon {
  constructor(stage) {
    this.stage = stage;
    this.log = '';
    this.runs = 0;
    this.child = null;
  }

  get file() {
    return path.join(this.stage.folder, 'anchord.yaml');
  }

  configure() {
    const { settings, folder, store = `${folder}/anchord.db` } = this.stage;
    const lines = [`store: sqlite:${store}`, ...yaml(settings), 'workspaces:'];
    for (const entry of this.stage.entries())
      lines.push(...yaml(entry).map((line, at) => `${at ? '    ' : '  - '}${line}`));
    fs.writeFileSync(this.file, lines.join('\n') + '\n', { mode: 0o600 });
  }

  environment() {
    return {
      ...process.env,
      ...this.stage.variables(),
      ...(this.stage.clockFile ? { ANCHORD_TEST_CLOCK: this.stage.clockFile } : {}),
      ...this.stage.env,
    };
  }

  keep(text) {
    this.log += text;
    if (this.log.length > 2 * LOG_MAX) this.log = this.log.slice(-LOG_MAX);
  }

  // Starts it without waiting for anything.
  launch(args = ['run', '-c', this.file]) {
    if (this.child) throw new Error('the daemon runs already');
    if (this.stage.clockFile) this.stage.advance(0); // it begins where the platform's clock stands now
    this.configure();
    const child = spawn(this.stage.program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: this.environment() });
    running.add(child);
    this.child = child;
    this.runs += 1;
    this.killed = false;
    this.ended = null;
    for (const out of [child.stdout, child.stderr])
      out.setEncoding('utf8').on('data', (s) => {
        this.keep(s);
        this.stage.changed();
      });
    this.exit = new Promise((resolve) => {
      child.once('error', (e) => {
        this.log += `${e.message}\n`;
        running.delete(child);
        this.child = null;
        resolve({ error: e.message });
      });
      child.once('close', (code, signal) => {
        running.delete(child);
        this.child = null;
        this.ended = { code, signal };
        this.stage.changed();
        resolve(this.ended);
      });
    });
    return child;
  }

  // Starts it and waits until every workspace is connected.
  async start({ ms = 15000, connections = 1 } = {}) {
    this.launch();
    await this.stage.until(
      'the daemon connects to every workspace',
      () => {
        if (this.ended) throw Object.assign(new Error(`it ended with ${JSON.stringify(this.ended)}`), { final: true });
        return this.stage.connected(connections);
      },
      ms,
    );
    return this;
  }

  signal(name) {
    this.child?.kill(name);
  }

  // SIGTERM; it has to end with 0 in time.
  async stop({ ms = 15000 } = {}) {
    if (!this.child) return this.ended;
    this.signal('SIGTERM');
    const end = await this.within(ms, 'the daemon ends on SIGTERM');
    if (end.code !== 0) throw new Error(`the daemon ended with ${JSON.stringify(end)}`);
    return end;
  }

  // SIGKILL: at this instant.
  async kill() {
    if (!this.child) return;
    this.killed = true;
    this.signal('SIGKILL');
    await this.within(5000, 'the daemon is killed');
    await this.stage.gone?.();
  }

  async restart(how) {
    await this.stop();
    return this.start(how);
  }

  async within(ms, what) {
    let timer;
    const late = new Promise((resolve, reject) => {
      timer = setTimeout(() => {
        this.signal('SIGKILL');
        reject(new Error(`not within ${ms} ms: ${what}`));
      }, ms);
    });
    try {
      return await Promise.race([this.exit, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  // Runs another command of the program to its end: {code, out}.
  async command(args, { ms = 30000 } = {}) {
    this.configure();
    const child = spawn(this.stage.program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: this.environment() });
    running.add(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), ms);
    let out = '';
    for (const s of [child.stdout, child.stderr])
      s.setEncoding('utf8').on('data', (t) => {
        out += t;
      });
    const [code, signal] = await once(child, 'close');
    clearTimeout(timer);
    running.delete(child);
    this.log += out;
    return { code, signal, out };
  }

  get tail() {
    return this.log.split('\n').slice(-40).join('\n');
  }
}

// Plays one scene on an open stage, and judges it.
export async function playOn(stage, play, { start = true } = {}) {
  try {
    if (start) await stage.daemon.start();
    await play(stage);
    if (stage.daemon.ended && !stage.daemon.killed && stage.daemon.ended.code !== 0)
      throw new Error(`the daemon ended by itself: ${JSON.stringify(stage.daemon.ended)}`);
    await stage.daemon.stop();
    await stage.check();
  } catch (e) {
    // Defined, not set: some libraries' errors have a message that cannot be changed.
    Object.defineProperty(e, 'message', { value: `${e.message}\n--- the daemon's log ends so:\n${stage.daemon.tail}` });
    throw e;
  } finally {
    await stage.close();
  }
}
