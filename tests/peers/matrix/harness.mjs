// Runs the daemon on a homeserver, real or emulated: accounts, rooms, start, kill, restart, clock, and what its log must
// never hold.
//
//   import { scene } from '../peers/matrix/harness.mjs';
//   scene('a reply counts', { rooms: { west: ['maria'] } }, async ({ member, room, daemon, clock }) => { … });
//
// The program is $ANCHORD; without it the scenes are skipped. A scene fails when it throws, when a card stands twice
// anywhere, when the emulator or the proxy has faults left, when the log holds a secret or a sanitizer's report, and
// when the daemon ends by itself.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { Daemon, playOn, reports, variable } from '../daemon.mjs';
import { freePort } from '../port.mjs';
import { Waiting } from '../waiting.mjs';
import { Wire } from '../wire.mjs';
import { Homeserver } from './emulator.mjs';
import { Member } from './member.mjs';
import { Synapse, missing } from './synapse.mjs';
import { duplicatesOf } from './view.mjs';
import { WsProxy } from './wsproxy.mjs';

const WORKSPACE = 'community';

// Scenes that ask for the same real homeserver share it, with people and rooms of their own.
const servers = new Map();
const shared = (options) => {
  const key = JSON.stringify(options);
  if (!servers.has(key)) servers.set(key, Synapse.start(options));
  return servers.get(key);
};

// Ends the test as skipped where there is no real homeserver; else it is stopped in the end.
export function needSynapse() {
  const why = process.env.ANCHORD ? missing() : '$ANCHORD is not set';
  if (why) {
    console.error(why);
    process.exit(77);
  }
  after(async () => {
    for (const server of servers.values()) await (await server).stop();
  });
}

let scenes = 0;

export class Stage extends Waiting {
  // server: 'synapse' or 'emulator'; limits: 'relaxed' or 'default'; emulator: its options; rooms: {name: [members]};
  // transport: 'sync' or 'websocket' (dialect: of the proxy); login: 'token' or 'password'; allow; wire: the daemon
  // speaks through one that can be cut; slack: a Slack workspace beside it (its harness's options); settings: further
  // top-level keys of anchord.yaml; account: further keys of the workspace; env; clock: where the daemon's begins.
  static async open(options = {}) {
    const stage = new Stage();
    await stage.build(options);
    return stage;
  }

  async build({
    server = 'synapse',
    limits = 'relaxed',
    emulator = {},
    rooms = {},
    transport = 'sync',
    dialect,
    login = 'token',
    allow = ['@*:localhost'],
    wire = false,
    slack,
    settings = {},
    account = {},
    env = {},
    clock,
    program = process.env.ANCHORD,
  }) {
    scenes += 1;
    this.number = scenes;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anchord-matrix-'));
    this.wanted = rooms;
    this.program = program;
    this.env = env;
    this.port = await freePort();
    this.settings = { listen: `127.0.0.1:${this.port}`, ...settings };
    this.members = new Map();
    this.rooms = new Map();
    this.secrets = new Set();
    this.offset = 0;
    this.real = server === 'synapse';
    if (transport === 'websocket') this.proxy = await WsProxy.start({ dialect });
    if (!this.real) this.hs = await Homeserver.start({ limits: limits === 'default', ...emulator });
    else if (this.proxy) this.hs = await Synapse.start({ limits, push: this.proxy.origin });
    else this.hs = await shared({ limits });
    if (wire) this.wire = await Wire.start(this.hs.port);
    this.password = login === 'password' ? `secret-of-${this.name('anchord')}` : undefined;
    this.bot = this.proxy
      ? await this.service()
      : await this.account('anchord', { strict: true, password: this.password });
    for (const s of [this.bot.access_token, this.password]) if (s) this.secrets.add(s);
    this.home = { url: this.hs.url, bot: this.bot.user_id, until: this.until, changed: () => this.changed() };
    this.entry = {
      name: WORKSPACE,
      platform: 'matrix',
      homeserver: (this.wire ?? this.hs).url,
      user: this.bot.user_id,
      [this.password ? 'password' : 'access_token']: `\${${variable(WORKSPACE, 'TOKEN')}}`,
      ...(this.proxy ? { transport, proxy_url: this.proxy.ws } : {}),
      allow,
      ...account,
    };
    if (slack) {
      const { Stage: Beside } = await import('../slack/harness.mjs'); // with packages of its own
      this.beside = await Beside.open({ ...slack, clock });
    }
    this.daemon = new Daemon(this);
    if (this.beside) this.beside.daemon = this.daemon;
    if (clock !== undefined) this.clock(clock);
  }

  // Names are told apart by the scene, because scenes share a homeserver.
  name = (name) => (this.real ? `${name}-${this.number}` : name);

  async account(name, how) {
    return this.real ? this.hs.register(this.name(name)) : this.hs.account(name, how);
  }

  // The application service behind the proxy: the one that the homeserver knows, or one of the emulator's.
  async service() {
    const user = '@testbot:localhost';
    let tokens = { asToken: 'as-0123456789', hsToken: 'hs-0123456789' };
    if (this.real) {
      const { SYNAPSE_AS_TOKEN: asToken, SYNAPSE_HS_TOKEN: hsToken } = await this.hs.settingsOf();
      tokens = { asToken, hsToken };
    } else this.hs.appservice({ url: this.proxy.origin, user, ...tokens });
    Object.assign(this.proxy, tokens);
    return { user_id: user, access_token: tokens.asToken };
  }

  member = (name) => this.members.get(name) ?? this.nobody(name);
  room = (name) => this.rooms.get(name) ?? this.nobody(name);
  nobody(name) {
    throw new Error(`there is no ${name} in this scene`);
  }

  async enter(name) {
    if (!this.members.has(name)) this.members.set(name, await Member.enter(this.home, await this.account(name)));
    return this.members.get(name);
  }

  // A room of the first one named, with the others in it, and the daemon invited.
  async furnish(name, names, { invite = true, ...how } = {}) {
    const [first, ...others] = await Promise.all(names.map((n) => this.enter(n)));
    const bot = this.bot.user_id;
    const room = await first.createRoom({
      name,
      invite: [...others.map((m) => m.id), ...(invite ? [bot] : [])],
      ...how,
    });
    this.rooms.set(name, room);
    for (const m of others) await m.join(room);
    if (invite) await this.until(`the daemon joins ${name}`, () => this.isIn(first, room, bot), 20000);
    return room;
  }

  isIn(member, room, user) {
    const about = (e) => e.type === 'm.room.member' && e.state_key === user;
    return member.events.get(room)?.findLast(about)?.content.membership === 'join';
  }

  async prepare() {
    for (const [name, names] of Object.entries(this.wanted)) await this.furnish(name, names);
  }

  // ---- the clock
  wall = () => Date.now() + this.offset;

  // Sets the wall clock of the daemon, and the emulator's: "2025-07-14T09:30:00+02:00", or milliseconds.
  clock = (to) => {
    const ms = typeof to === 'number' ? to : Date.parse(to);
    if (!Number.isFinite(ms)) throw new Error(`no time: ${to}`);
    this.clockFile = path.join(this.folder, 'clock');
    fs.writeFileSync(`${this.clockFile}.new`, `${ms}000\n`);
    fs.renameSync(`${this.clockFile}.new`, this.clockFile);
    this.offset = ms - Date.now();
    if (!this.real) this.hs.setWall(ms);
    this.beside?.clock(ms);
  };

  advance = (ms) => this.clock(Math.round(this.wall() + ms));

  until = (what, fn, ms) => super.until(what, fn, ms);

  hint() {
    return this.real ? '' : this.hs.hint();
  }

  // ---- what the daemon's side asks (daemon.mjs)
  entries() {
    return [this.entry, ...(this.beside?.entries() ?? [])];
  }

  variables() {
    const secret = this.password ?? this.bot.access_token;
    return { [variable(WORKSPACE, 'TOKEN')]: secret, ...this.beside?.variables() };
  }

  // What /readyz said last; asking it again meanwhile.
  connected() {
    const run = this.daemon.runs;
    this.asking ??= this.served('/readyz').then(({ status }) => {
      this.ready = status === 200 ? run : 0;
      this.asking = null;
      this.changed();
    });
    return this.ready === run;
  }

  async served(path = '/readyz') {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { signal: AbortSignal.timeout(5000) });
      return { status: answer.status, text: await answer.text() };
    } catch (e) {
      return { status: 0, text: e.message };
    }
  }

  async readyz(status, pattern = /./, ms = 10000) {
    const until = Date.now() + ms;
    for (;;) {
      const last = await this.served();
      if (last.status === status && pattern.test(last.text)) return last.text;
      if (Date.now() > until)
        throw new Error(`/readyz says ${last.status} ${JSON.stringify(last.text)}, not ${status} ${pattern}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  // Nothing was said in any room for a while.
  async settled({ quietMs = 700, ms = 30000 } = {}) {
    const count = () => [...this.members.values()].reduce((n, m) => n + m.ids.size, 0);
    let last = count();
    let since = Date.now();
    await this.until(
      'it is quiet',
      () => {
        const now = count();
        if (now !== last) [last, since] = [now, Date.now()];
        return Date.now() - since > quietMs;
      },
      ms,
    );
  }

  // ---- judging
  leaks() {
    const { log } = this.daemon;
    const shown = [...this.secrets]
      .filter((s) => log.includes(s))
      .map((s) => `the log holds a secret (${s.slice(0, 5)}…)`);
    const shapes = [/\bsyt_\w+/, /Bearer \S+/].filter((r) => r.test(log)).map((r) => `the log holds ${r}`);
    return [...shown, ...shapes, ...reports(log)];
  }

  // Read from the homeserver's books: what a member's /sync brought may have a gap.
  async twice() {
    const found = [];
    for (const [name, room] of this.rooms) {
      const reader = [...this.members.values()].find((m) => m.events.has(room));
      if (reader) found.push(...duplicatesOf(await reader.readRoom(room)).map((d) => `${name}: ${d}`));
    }
    for (const m of this.members.values())
      for (const room of m.events.keys()) found.push(...m.duplicates(room).map((d) => `${m.name} in ${room}: ${d}`));
    return [...new Set(found)];
  }

  async check() {
    const wrong = [...this.leaks(), ...(await this.twice())];
    if (wrong.length) throw new Error(wrong.join('\n'));
    if (!this.real) this.hs.check();
    this.proxy?.check();
    this.beside?.check();
  }

  async close() {
    await this.daemon.kill();
    for (const m of this.members.values()) m.stop();
    await this.wire?.stop();
    if (!this.real || this.proxy) await this.hs.stop();
    await this.proxy?.stop();
    await this.beside?.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

// One test with a daemon of its own, and its rooms furnished; `start: false` leaves both to the scene.
export function scene(name, options, play) {
  const { timeout = 90000, ...rest } = options;
  test(name, { timeout, skip: process.env.ANCHORD ? false : '$ANCHORD is not set' }, () => playScene(rest, play));
}

export async function playScene({ start = true, ...stageOptions }, play) {
  const stage = await Stage.open(stageOptions);
  return playOn(
    stage,
    async () => {
      if (start) await stage.prepare();
      await play(stage);
    },
    { start },
  );
}
