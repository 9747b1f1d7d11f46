// Runs the daemon against the emulator: configuration, start, kill, restart, clock, and what its log must never hold.
//
//   import { scene } from '../peers/slack/harness.mjs';
//   scene('a reply by button counts', { members: ['maria'], channels: { '#west': ['maria'] } }, async ({ ws, daemon, clock }) => { … });
//
// The program is $ANCHORD; without it the scenes are skipped. A scene fails when it throws, when Slack has faults left,
// when the log holds a secret or a sanitizer's report, and when the daemon ends by itself.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { Slack } from './emulator.mjs';

const LOG_MAX = 8 << 20;
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const variable = (ws, what) => `ANCHORD_TEST_${ws.name.toUpperCase().replace(/\W/g, '_')}_${what}`;

// Values of a flat map as YAML; JSON is YAML, and quotes what needs it.
const yaml = (settings) =>
  Object.entries(settings).map(([k, v]) => `${k}: ${typeof v === 'object' ? JSON.stringify(v) : v}`);

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
    const { slack, settings, folder } = this.stage;
    const lines = [`store: sqlite:${folder}/anchord.db`, ...yaml(settings), 'workspaces:'];
    for (const ws of slack.workspaces) {
      lines.push(
        `  - name: ${ws.name}`,
        '    platform: slack',
        `    app_token: \${${variable(ws, 'APP')}}`,
        `    bot_token: \${${variable(ws, 'BOT')}}`,
        `    api_url: ${slack.api}`,
      );
      lines.push(...yaml(ws.settings ?? {}).map((l) => `    ${l}`));
    }
    fs.writeFileSync(this.file, lines.join('\n') + '\n', { mode: 0o600 });
  }

  environment() {
    const tokens = this.stage.slack.workspaces.flatMap((ws) => [
      [variable(ws, 'APP'), ws.appToken],
      [variable(ws, 'BOT'), ws.botToken],
    ]);
    return {
      ...process.env,
      ...Object.fromEntries(tokens),
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
    if (this.stage.clockFile) this.stage.advance(0); // it begins where Slack's clock stands now
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
        this.stage.slack.changed();
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
        this.stage.slack.changed();
        resolve(this.ended);
      });
    });
    return child;
  }

  // Starts it and waits until every workspace is connected.
  async start({ ms = 15000, connections = 1 } = {}) {
    this.launch();
    const { slack } = this.stage;
    await slack.until(
      'the daemon connects to every workspace',
      () => {
        if (this.ended) throw Object.assign(new Error(`it ended with ${JSON.stringify(this.ended)}`), { final: true });
        return slack.workspaces.every((ws) => ws.socket.ready.length >= connections);
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

export class Stage {
  // workspaces: [options of Slack.workspace], or one workspace's options at the top; slack: the emulator's options;
  // settings: further top-level keys of anchord.yaml; env; clock: where the daemon's clock begins; program.
  static async open({
    workspaces,
    slack = {},
    settings = {},
    env = {},
    clock,
    program = process.env.ANCHORD,
    ...one
  } = {}) {
    const stage = new Stage();
    stage.slack = await Slack.start(slack);
    stage.settings = settings;
    stage.env = env;
    stage.program = program;
    stage.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anchord-slack-'));
    for (const options of workspaces ?? [one]) {
      const ws = stage.slack.workspace(options);
      ws.settings = options.settings;
    }
    stage.daemon = new Daemon(stage);
    if (clock !== undefined) stage.clock(clock);
    return stage;
  }

  get ws() {
    return this.slack.workspaces[0];
  }

  member(name) {
    return this.ws.member(name);
  }

  // Sets the wall clock of the daemon and of Slack: "2025-07-14T09:30:00+02:00", or milliseconds since the epoch.
  clock = (to) => {
    const ms = typeof to === 'number' ? to : Date.parse(to);
    if (!Number.isFinite(ms)) throw new Error(`no time: ${to}`);
    this.clockFile = path.join(this.folder, 'clock');
    fs.writeFileSync(`${this.clockFile}.new`, `${ms}000\n`);
    fs.renameSync(`${this.clockFile}.new`, this.clockFile);
    this.slack.setWall(ms);
  };

  // Moves both clocks on from where they are.
  advance = (ms) => this.clock(Math.round(this.slack.wall() + ms));

  until = (what, fn, ms) => this.slack.until(what, fn, ms);

  // Nothing is on its way: no envelope without its ack, and no call for a while.
  async settled({ quietMs = 150, ms = 10000 } = {}) {
    await this.slack.until(
      'everything is acknowledged and quiet',
      () => {
        const last = this.slack.calls[this.slack.calls.length - 1]?.at ?? 0;
        return this.slack.workspaces.every((ws) => ws.socket.pending === 0) && this.slack.mono() - last > quietMs;
      },
      ms,
    );
  }

  leaks() {
    const { log } = this.daemon;
    const shown = [...this.slack.secrets]
      .filter((s) => log.includes(s))
      .map((s) => `the log holds a secret (${s.slice(0, 5)}…)`);
    const shapes = [/xox[a-z]-[\w-]+/, /xapp-[\w-]+/, /ticket=/, /\/response\/\w+/, /\/upload\/\w+/]
      .filter((r) => r.test(log))
      .map((r) => `the log holds ${r}`);
    const reports = [/ERROR: \w+Sanitizer/, /runtime error:/, /assertion.*failed/i]
      .filter((r) => r.test(log))
      .map((r) => `the log holds a report: ${log.match(new RegExp(`.*${r.source}.*`, r.flags))?.[0]}`);
    return [...shown, ...shapes, ...reports];
  }

  check() {
    const leaks = this.leaks();
    if (leaks.length) throw new Error(leaks.join('\n'));
    this.slack.check();
  }

  async close() {
    await this.daemon.kill();
    await this.slack.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

// One test with a daemon of its own; `start: false` leaves starting it to the scene.
export function scene(name, options, play) {
  const { timeout = 60000, ...rest } = options;
  test(name, { timeout, skip: process.env.ANCHORD ? false : '$ANCHORD is not set' }, () => playScene(rest, play));
}

export async function playScene({ start = true, ...stageOptions }, play) {
  const stage = await Stage.open(stageOptions);
  try {
    if (start) await stage.daemon.start();
    await play(stage);
    if (stage.daemon.ended && !stage.daemon.killed && stage.daemon.ended.code !== 0)
      throw new Error(`the daemon ended by itself: ${JSON.stringify(stage.daemon.ended)}`);
    await stage.daemon.stop();
    stage.check();
  } catch (e) {
    e.message += `\n--- the daemon's log ends so:\n${stage.daemon.tail}`;
    throw e;
  } finally {
    await stage.close();
  }
}
