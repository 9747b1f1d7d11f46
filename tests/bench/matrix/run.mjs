// The daemon and a small bot on matrix-bot-sdk on the same homeserver, in one run, as a table.
//
//   node run.mjs ANCHORD     ANCHORD: the program to measure; COUNT: how often each is asked (300)
//
// The daemon commits what it was asked before it answers: !sprint status of a team with an open sprint. The other bot
// keeps nothing and answers a text of the same length. They are asked in turn, each in a room of its own, so that both
// meet the same homeserver in the same minute. Ratios within one run are what counts; what the homeserver alone takes
// for a message to come back stands beside them.

import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { missing, withSynapse } from '../../peers/matrix/synapse.mjs';
import { freePort } from '../../peers/port.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const anchord = path.resolve(process.argv[2] ?? 'build/bench/anchord');
const count = Number(process.env.COUNT ?? 300);
const ROOMS = 50;
const STARTS = 5;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anchord-bench-'));
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
});

const now = () => Number(process.hrtime.bigint()) / 1e6;
const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))];

// ---- a member, as lean as can be: what is measured is not the client
const agent = new http.Agent({ keepAlive: true, noDelay: true });
function ask(url, method, where, token, body) {
  return new Promise((resolve, reject) => {
    const data = body === undefined ? undefined : JSON.stringify(body);
    const req = http.request(
      `${url}${where}`,
      {
        method,
        agent,
        headers: { authorization: `Bearer ${token}`, ...(data ? { 'content-length': Buffer.byteLength(data) } : {}) },
      },
      (res) => {
        const chunks = [];
        res.on('data', (c) => chunks.push(c));
        res.on('end', () => {
          const answer = JSON.parse(Buffer.concat(chunks).toString() || '{}');
          if (res.statusCode === 200) resolve(answer);
          else reject(new Error(`${method} ${where}: ${res.statusCode} ${JSON.stringify(answer)}`));
        });
      },
    );
    req.on('error', reject);
    req.end(data);
  });
}

class Asker {
  constructor(url, { user_id: id, access_token: token }) {
    Object.assign(this, { url, id, token, txns: 0, heard: [], waiting: [] });
  }

  call = (method, where, body) =>
    ask(this.url, method, `/_matrix/client/v3${where}`, this.token, method === 'GET' ? undefined : (body ?? {}));

  async listen() {
    const filter = encodeURIComponent(
      JSON.stringify({
        room: { timeline: { limit: 50, types: ['m.room.message', 'm.room.member'] }, ephemeral: { types: [] } },
        presence: { types: [] },
      }),
    );
    let since = (await this.call('GET', `/sync?filter=${filter}`)).next_batch;
    (async () => {
      while (!this.over) {
        const poll = this.call('GET', `/sync?filter=${filter}&timeout=1000&since=${since}`);
        const answer = await poll.catch((e) => {
          if (!this.over) throw e; // the homeserver is gone, and so are we
        });
        if (!answer) return;
        since = answer.next_batch;
        const at = now();
        for (const [room, { timeline }] of Object.entries(answer.rooms?.join ?? {}))
          for (const event of timeline.events) this.heard.push({ room, event, at });
        this.waiting = this.waiting.filter((look) => !look());
      }
    })();
  }

  // Resolves to when it came.
  comes(fits, from, ms = 30000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer came')), ms);
      const look = () => {
        const found = this.heard.slice(from).find(fits);
        if (!found) return false;
        clearTimeout(timer);
        resolve(found.at);
        return true;
      };
      if (!look()) this.waiting.push(look);
    });
  }

  async say(room, body) {
    this.txns += 1;
    const { event_id: id } = await this.call(
      'PUT',
      `/rooms/${encodeURIComponent(room)}/send/m.room.message/b${this.txns}`,
      { msgtype: 'm.text', body, 'm.mentions': {} },
    );
    return id;
  }

  // Milliseconds until the message itself is back, and until the bot's answer is.
  async times(room, bot, text) {
    const from = this.heard.length;
    const begun = now();
    const echo = this.comes((h) => h.event.sender === this.id && h.event.content.body === text, from);
    const answer = this.comes(
      (h) => h.room === room && h.event.sender === bot && h.event.type === 'm.room.message',
      from,
    );
    await this.say(room, text);
    return { echo: (await echo) - begun, answer: (await answer) - begun };
  }
}

// ---- the two bots
function start(program, args, env, ready) {
  const begun = now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  children.add(child);
  child.on('close', () => children.delete(child));
  return ready(child).then(() => ({ child, ms: now() - begun }));
}

const end = (child) =>
  new Promise((resolve) => {
    child.on('close', resolve);
    child.kill('SIGTERM');
  });

function daemon(hs, account, port) {
  return (name) => {
    const store = path.join(folder, `${name}.db`);
    const file = path.join(folder, `${name}.yaml`);
    fs.writeFileSync(
      file,
      [
        `store: sqlite:${store}`,
        'log: {level: error}',
        `listen: 127.0.0.1:${port}`,
        'workspaces:',
        '  - name: bench',
        '    platform: matrix',
        `    homeserver: ${hs.url}`,
        `    user: "${account.user_id}"`,
        '    access_token: ${MATRIX_TOKEN}',
        '    allow: ["@*:localhost"]',
        '',
      ].join('\n'),
      { mode: 0o600 },
    );
    return start(anchord, ['run', '-c', file], { MATRIX_TOKEN: account.access_token }, async () => {
      const status = () =>
        new Promise((resolve) => {
          http
            .get({ port, host: '127.0.0.1', path: '/readyz' }, (res) =>
              res.resume().on('end', () => resolve(res.statusCode)),
            )
            .on('error', () => resolve(0));
        });
      for (const until = now() + 60000; (await status()) !== 200; await sleep(2))
        if (now() > until) throw new Error('the daemon is not ready');
    });
  };
}

const peer = (hs, account) => (name) =>
  start(
    process.execPath,
    [path.join(here, 'peer.mjs'), hs.url, account.access_token, path.join(folder, `${name}.json`)],
    {},
    (child) =>
      new Promise((resolve) => {
        child.stdout.on('data', (s) => s.toString().includes('synced') && resolve());
      }),
  );

function memory(pid) {
  const of = (file, key) =>
    Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(fs.readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1] ?? 0) /
    1024;
  return { rss: of('status', 'VmRSS'), pss: of('smaps_rollup', 'Pss') };
}

// A team with an open sprint, by what a person would say; "today" is the machine's.
async function seed(maria, room, bot) {
  const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
  for (const text of [
    '!sprint setup\nname: West\ntimezone: UTC',
    `!okr objective\nobjective: Build the pipeline that carries the year\nperiod: This quarter, ${day(-40)} - ${day(50)}`,
    '!okr kr Increase qualified B2B pipeline from $20M to $30M',
    '!okr update 1 $21.2M confidence 4',
    [
      '!sprint open',
      'trigger: KR at Risk',
      'situation: Qualified pipeline stands at $21.2M against a $30M target',
      'anchor: 1',
      `window: ${day(0)} - ${day(14)}`,
      'objective: Restore qualified pipeline momentum before the mid-review',
      'kr: Increase ICP meeting acceptance rate from 22% to 35%',
      'kr: Progress 6 stalled accounts from Discovery stage to Proposal stage',
      'kr: Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days',
    ].join('\n'),
  ])
    await maria.times(room, bot, text);
  const { answer } = await maria.times(room, bot, '!sprint status');
  if (!maria.heard.some((h) => h.event.sender === bot && /Restore qualified/.test(h.event.content.body)))
    throw new Error('no sprint was opened');
  await sleep(3000); // its card, its pin, its reactions
  return answer;
}

async function starts(make, label) {
  const cold = [];
  const warm = [];
  for (let i = 0; i < STARTS; i++) {
    for (const list of [cold, warm]) {
      const { child, ms } = await make(`${label}-${i}`);
      list.push(ms);
      await sleep(300); // what it knows is kept
      await end(child);
    }
  }
  return { cold: quantile(cold, 0.5), warm: quantile(warm, 0.5) };
}

const why = missing();
if (why) {
  console.error(why);
  process.exit(77);
}

await withSynapse({}, async (hs) => {
  const [maria, ours, theirs] = await Promise.all(['maria', 'anchord', 'peer'].map((n) => hs.register(n)));
  const member = new Asker(hs.url, maria);
  await member.listen();
  const bots = [
    { account: ours, make: daemon(hs, ours, await freePort()) },
    { account: theirs, make: peer(hs, theirs) },
  ];
  for (const bot of bots) {
    bot.rooms = [];
    for (let i = 0; i < ROOMS; i++)
      bot.rooms.push(
        (
          await member.call('POST', '/createRoom', {
            preset: 'private_chat',
            name: `Room ${i}`,
            invite: [bot.account.user_id],
          })
        ).room_id,
      );
    Object.assign(bot, await bot.make('main'));
    bot.firstMs = bot.ms;
    const joined = (h) =>
      h.event.type === 'm.room.member' &&
      h.event.state_key === bot.account.user_id &&
      h.event.content.membership === 'join';
    for (const until = now() + 600000; member.heard.filter(joined).length < ROOMS; await sleep(50))
      if (now() > until) throw new Error('it did not join all its rooms');
  }
  const [a, b] = bots;
  await seed(member, a.rooms[0], ours.user_id);
  for (const bot of bots) Object.assign(bot, { echo: [], answer: [] });
  for (let i = -20; i < count; i++) {
    for (const bot of i % 2 ? [a, b] : [b, a]) {
      const { echo, answer } = await member.times(bot.rooms[0], bot.account.user_id, '!sprint status');
      if (i < 0) continue; // warm by then
      bot.echo.push(echo);
      bot.answer.push(answer);
    }
  }
  await sleep(2000);
  for (const bot of bots) bot.memory = memory(bot.child.pid);
  for (const bot of bots) await end(bot.child);
  for (const bot of bots) bot.starts = await starts(bot.make, 'start');
  member.over = true;

  const ms = (x) => x.toFixed(1);
  const row = (name, f, aim, digits = 2) => [name, ms(f(a)), ms(f(b)), (f(a) / f(b)).toFixed(digits), aim];
  const rows = [
    ['', 'anchord', 'bot-sdk', 'ratio', 'aim'],
    row('the message itself back: p50 ms', (x) => quantile(x.echo, 0.5), ''),
    row('!sprint status to its answer: p50 ms', (x) => quantile(x.answer, 0.5), '<= 1'),
    row('!sprint status to its answer: p99 ms', (x) => quantile(x.answer, 0.99), '<= 1'),
    row(`in ${ROOMS} rooms: resident MB`, (x) => x.memory.rss, '<= 0.167', 3),
    row(`in ${ROOMS} rooms: proportional MB`, (x) => x.memory.pss, '', 3),
    row('start to first sync done: ms', (x) => x.starts.cold, '<= 0.2', 3),
    row('start again to sync done: ms', (x) => x.starts.warm, '', 3),
  ];
  for (const r of rows)
    console.log(
      `${r[0].padEnd(38)}${r
        .slice(1)
        .map((x) => String(x).padStart(12))
        .join('')}`,
    );
});
process.exit(0);
