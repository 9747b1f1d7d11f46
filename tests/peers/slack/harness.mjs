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
import test from 'node:test';
import { Daemon, playOn, reports, variable } from '../daemon.mjs';
import { Slack } from './emulator.mjs';

export { Daemon };

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

  changed = () => this.slack.changed();

  // ---- what the daemon's side asks (daemon.mjs)
  entries() {
    return this.slack.workspaces.map((ws) => ({
      name: ws.name,
      platform: 'slack',
      app_token: `\${${variable(ws.name, 'APP')}}`,
      bot_token: `\${${variable(ws.name, 'BOT')}}`,
      api_url: this.slack.api,
      ...ws.settings,
    }));
  }

  variables() {
    const tokens = this.slack.workspaces.flatMap((ws) => [
      [variable(ws.name, 'APP'), ws.appToken],
      [variable(ws.name, 'BOT'), ws.botToken],
    ]);
    return Object.fromEntries(tokens);
  }

  connected(connections) {
    return this.slack.workspaces.every((ws) => ws.socket.ready.length >= connections);
  }

  // A killed daemon's connections are none of the next one's.
  gone() {
    return this.slack.until('its connections are seen to be gone', () => this.slack.workspaces.every((ws) => ws.socket.ready.length === 0), 5000);
  }

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
    return [...shown, ...shapes, ...reports(log)];
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
  return playOn(await Stage.open(stageOptions), play, { start });
}
