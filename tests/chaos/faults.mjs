// What breaks around the daemon, and what is left of it afterwards: every answer that was acknowledged, nothing said
// twice, a store that `anchord verify` finds clean, and a daemon that goes on by itself.
//
//   ANCHORD=build/bench/anchord node tests/chaos/faults.mjs [PATTERN]     scenes whose name or platform matches
//
// A scene gets a side (faults_side.mjs), breaks something while members answer, mends it, and returns how often the
// fault really struck; one that never struck proves nothing, and fails. Exit code 77: everything was left out.

import fs from 'node:fs';
import { playOn } from '../peers/daemon.mjs';
import { ANCHORD, LeftOut, SHIM } from './faults_kit.mjs';
import { MatrixSide } from './faults_matrix.mjs';
import { SlackSide } from './faults_slack.mjs';
import { scenes as clock } from './faults_clock.mjs';
import { scenes as memory } from './faults_memory.mjs';
import { scenes as net } from './faults_net.mjs';
import { scenes as store } from './faults_store.mjs';

const PLATFORMS = [SlackSide, MatrixSide];
const AT_ONCE = 8; // scenes mostly wait
const TIMEOUT_MS = 150000;
const COLUMNS = ['fault', 'platform', 'struck', 'told', 'acknowledged', 'found', 'posted', 'twice', 'verify', 'lines', 'seconds'];

const all = [memory, store, net, clock].flatMap((scenes) =>
  Object.entries(scenes).flatMap(([name, scene]) =>
    PLATFORMS.filter(({ label }) => !scene.platforms || scene.platforms.includes(label)).map((Platform) => ({ name, scene, Platform })),
  ),
);

async function onSide(side, scene) {
  await scene.before?.(side);
  if (!side.daemon.child) await side.daemon.start();
  await side.begin();
  return side.judge(await (scene.play ?? scene)(side));
}

async function play({ scene, Platform }) {
  const side = await Platform.open({ more: scene.more });
  let row;
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not over within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  const act = async () => {
    row = await Promise.race([onSide(side, scene), late]);
  };
  try {
    await playOn(side.stage, act, { start: false });
  } catch (e) {
    const { ended, killed } = side.daemon;
    throw ended && !killed && ended.code !== 0 ? new Error(`the daemon ended with ${JSON.stringify(ended)}; ${e.message}`) : e;
  } finally {
    clearTimeout(timer);
    await side.close();
    scene.after?.(side);
  }
  return row;
}

async function judged(one) {
  const began = Date.now();
  const named = { fault: one.name, platform: one.Platform.label };
  try {
    return { ...named, ...(await play(one)), seconds: Math.round((Date.now() - began) / 1000) };
  } catch (e) {
    if (!(e instanceof LeftOut)) return { ...named, failed: e.message };
    return { ...named, leftOut: e.message.split('\n')[0] };
  }
}

// Some at once, in order.
async function together(list, most, run) {
  const results = [];
  const waiting = [...list.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await run(next[1]);
  };
  await Promise.all(Array.from({ length: most }, work));
  return results;
}

function print(rows) {
  const cells = [COLUMNS, ...rows.map((row) => COLUMNS.map((c) => String(row[c] ?? '')))];
  const widths = COLUMNS.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  for (const row of cells)
    console.log(row.map((cell, i) => (/^\d+$/.test(cell) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ').trimEnd());
}

function missing() {
  if (!ANCHORD) return '$ANCHORD is not set';
  return fs.existsSync(SHIM) ? '' : `there is no ${SHIM}: build with the tests (cmake --preset bench)`;
}

if (missing()) {
  console.log(`left out: ${missing()}`);
  process.exit(77);
}
const wanted = new RegExp(process.argv[2] ?? '.', 'i');
const rows = await together(all.filter((one) => wanted.test(`${one.name} ${one.Platform.label}`)), AT_ONCE, judged);
const failed = rows.filter((row) => row.failed);
print(rows.filter((row) => row.struck));
for (const row of rows.filter((one) => one.note)) console.log(`${row.fault}: ${row.note}`);
for (const row of rows.filter((one) => one.leftOut)) console.log(`left out: ${row.fault}, ${row.platform}: ${row.leftOut}`);
for (const row of failed) console.log(`\nFAILED: ${row.fault}, ${row.platform}: ${row.failed}`);
process.exit(failed.length ? 1 : rows.every((row) => row.leftOut) ? 77 : 0);
