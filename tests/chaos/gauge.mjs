// What a process holds, and whether that stays flat.

import fs from 'node:fs';

// `heap` is where a leak shows first: what the daemon's own /metrics say is in use of it. RssAnon is what the system
// counts: heap and stacks, and nothing that is shared or can be read again from a file (RssFile comes and goes as the
// daemon gives back its code at rest); it holds the heap's gaps too, which settle later. VmData tells of what was asked
// for and not touched yet. Memory in KiB. Of the descriptors, sockets stand apart: a connection is kept for a while after
// its answer, so that a day when much was asked at once ends with more of them.
export function held(pid, metrics) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1]);
  return {
    heap: Number(metrics.match(/^anchord_heap_bytes (\d+)$/m)[1]) >> 10,
    RssAnon: of('RssAnon'),
    RssFile: of('RssFile'),
    VmData: of('VmData'),
    threads: of('Threads'),
    ...descriptors(pid),
  };
}

function descriptors(pid) {
  const folder = `/proc/${pid}/fd`;
  const all = fs.readdirSync(folder).flatMap((fd) => {
    try {
      return [fs.readlinkSync(`${folder}/${fd}`)];
    } catch {
      return []; // closed meanwhile
    }
  });
  const sockets = all.filter((to) => to.startsWith('socket:')).length;
  return { files: all.length - sockets, sockets };
}

export const hasSanitizer = (pid) => /lib(clang_rt\.)?[at]san/.test(fs.readFileSync(`/proc/${pid}/maps`, 'utf8'));

// ---- flat: the last third of the days holds no more than the first half, without its beginning, when caches filled. The
// middle of each counts, since an evening may find some pages of the store still in memory.
const early = (values) => values.slice(Math.ceil(values.length / 6), Math.ceil(values.length / 2));
const late = (values) => values.slice(-Math.ceil(values.length / 3));

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return Math.round((sorted[Math.floor(at)] + sorted[Math.ceil(at)]) / 2);
}

// By least squares: how much is added each day.
function slope(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const over = values.reduce((sum, y, x) => sum + (x - middle) * (y - mean), 0);
  const under = values.reduce((sum, y, x) => sum + (x - middle) ** 2, 0);
  return over / under;
}

export const more = (n) => (before) => before + n;
export const share = (part) => (before) => before * (1 + part);

// What of it grows by more than it may: {name: more(1) or share(0.05)}. Each is told, with its numbers.
export function judge(samples, bounds) {
  return Object.entries(bounds).filter(([name, bound]) => {
    const values = samples.map((s) => s[name]);
    const [before, after] = [median(early(values)), median(late(values))];
    const most = Math.floor(bound(before));
    const daily = slope(values.slice(Math.ceil(values.length / 4))).toFixed(1);
    console.log(`${name}: ${before} early, ${after} late, at most ${most}; ${daily} a day: ${after > most ? 'GROWS' : 'flat'}`);
    return after > most;
  }).map(([name]) => name);
}

export function table(samples, { head }) {
  const cells = [...(head ? [Object.keys(samples[0])] : []), ...samples.map((s) => Object.values(s))];
  return cells.map((row) => row.map((c) => `${c}`.padStart(9)).join(' ')).join('\n');
}
