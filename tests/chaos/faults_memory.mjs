// 64 MB for the daemon and the program that draws its charts, with two workspaces, 501 teams that are all asked at
// once, and a steady load. Where a cgroup can be made it is for both together, their page cache included; else each has it
// alone, for its data (RLIMIT_DATA).

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as e2e from '../e2e/slack.mjs';
import { ANCHORD, LeftOut, SANITIZED, sleep, until } from './faults_kit.mjs';

const LIMIT = 64 << 20;
const MB = 1 << 20;
const TEAMS = 500;
const ROUNDS = 10;

const channels = Array.from({ length: TEAMS }, (_, i) => `#t${i}`);

// ---- the limit: `shell` puts a shell under it; `peak()` tells what was had, `end()` gives it back
let groups = 0;

function inGroup(root, limit, peak) {
  groups += 1;
  const folder = path.join(root, `anchord-${process.pid}-${groups}`);
  fs.mkdirSync(folder);
  try {
    fs.writeFileSync(path.join(folder, limit), String(LIMIT));
    fs.accessSync(path.join(folder, peak));
  } catch (e) {
    fs.rmdirSync(folder);
    throw e;
  }
  return {
    named: 'a limit for both together, by cgroup',
    shell: `echo $$ >${folder}/cgroup.procs`,
    peak: () => Number(fs.readFileSync(path.join(folder, peak), 'utf8')),
    end: () => fs.rmdirSync(folder),
  };
}

const GROUPS = [
  ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes', 'memory.max_usage_in_bytes'],
  ['/sys/fs/cgroup', 'memory.max', 'memory.peak'],
];

function limiter() {
  for (const group of GROUPS) {
    try {
      return inGroup(...group);
    } catch {
      // not there, or not ours to make
    }
  }
  return { named: 'a limit for each alone, by RLIMIT_DATA', shell: `ulimit -d ${LIMIT >> 10}`, peak: () => NaN, end: () => {} };
}

// What wants more is ended, or gets nothing: `tail` keeps a line of 100 MB until its end.
async function holds() {
  const limit = limiter();
  const greedy = spawn('sh', ['-c', `${limit.shell} && head -c 100000000 /dev/zero | tail -n 1 >/dev/null`], { stdio: 'ignore' });
  const [code] = await once(greedy, 'close');
  limit.end();
  assert.notEqual(code, 0, 'the limit holds');
}

// The program, under it; what runs under no limit is `anchord verify`, afterwards.
function under(side, limit) {
  const file = path.join(side.stage.folder, 'limited');
  fs.writeFileSync(file, `#!/bin/sh\n[ "$1" != run ] || { ${limit.shell}; } || exit 1\nexec "${path.resolve(ANCHORD)}" "$@"\n`, { mode: 0o700 });
  side.stage.program = file;
}

// ---- the teams, by the same commands, in a terminal
const lines = (channel) => [
  `:in ${channel.id}`,
  e2e.form('/sprint setup', { name: `Team ${channel.name}`, timezone: 'Europe/Berlin', weekly: 'never' }),
  e2e.form('/okr objective', { objective: 'Build the pipeline that carries the year', period: 'FY Q3, 2025-06-02 - 2025-08-31' }),
  '/okr kr Increase qualified B2B pipeline from $20M to $30M by Q3 close',
  '/okr update 1 $21.2M confidence 4',
  e2e.form('/sprint open', e2e.FORM),
];

async function seed(side, crowd) {
  const who = [`:as ${crowd.user('maria').id}`, ':zone Europe/Berlin', ':time 2025-07-14 08:00'];
  const all = [...who, ...channels.flatMap((name) => lines(crowd.channel(name))), ':quit', ''];
  const input = all.map((line) => line.replaceAll('\n', '\\\n')).join('\n');
  const console = spawn(ANCHORD, ['console', '--db', side.store, '--plain'], { stdio: ['pipe', 'ignore', 'inherit'] });
  console.stdin.end(input);
  const [code] = await once(console, 'close');
  assert.equal(code, 0, 'the teams are there');
}

// ---- the load
// While the prompts go out, as fast as Slack takes them.
async function load(side, crowd) {
  const jonas = crowd.member('jonas');
  let answers = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const some = channels.slice((round * TEAMS) / ROUNDS, ((round + 1) * TEAMS) / ROUNDS);
    await Promise.all(some.map((name) => e2e.say(jonas, name, '/sprint checkin kr1 +0.5')));
    if (round % 2 === 0) await e2e.say(side.maria, '#west', '/okr chart');
    answers += some.length;
    await side.tell(2);
    await sleep(500);
  }
  for (const [i, name] of channels.entries()) {
    const [first] = await e2e.readings(jonas, name, i + 1);
    assert.equal(first, '22.5%', `what ${name} reads`);
  }
  return answers;
}

const peakOf = (pid) => Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) << 10;
const mb = (bytes) => `${(bytes / MB).toFixed(1)} MB`;

export const scenes = {
  '64 MB of memory': {
    platforms: ['Slack'],
    more: [{ ...e2e.workspace('console', { channels: Object.fromEntries(channels.map((name) => [name, e2e.PEOPLE])) }) }],
    before: async (side) => {
      if (SANITIZED) throw new LeftOut('the sanitizers alone take more');
      await holds();
      side.limit = limiter();
      await seed(side, side.stage.slack.workspaces[1]);
      under(side, side.limit);
    },
    play: async (side) => {
      const crowd = side.stage.slack.workspaces[1];
      const answers = await load(side, crowd);
      await until('every chart is there', () => side.stage.ws.files.size >= ROUNDS / 2, 40000);
      const peaks = [`the daemon ${mb(peakOf(side.daemon.child.pid))}`];
      if (side.limit.peak()) peaks.push(`both with their page cache ${mb(side.limit.peak())}`);
      const had = `${TEAMS} more teams, ${answers} more answers, ${side.stage.ws.files.size} charts`;
      side.note = `${had}; ${side.limit.named}; at most, ${peaks.join(', ')} of ${mb(LIMIT)}`;
      return 1; // it ended what wanted more
    },
    after: (side) => side.limit?.end(),
  },
};
