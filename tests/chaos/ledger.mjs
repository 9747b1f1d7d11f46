// What members said, and how far each word of it is acknowledged; and whether a store holds just that. A statement is of
// a kind, is made somewhere, and has versions, the later ones being edits. Each brings about things that can be told apart
// in an export, its keys; none: it was taken back. `keysOf` reads an export's keys.

export class Ledger {
  constructor() {
    this.statements = [];
    this.before = new Map(); // what stood there before anybody was killed
  }

  // Each returns the version: set its `acknowledged` once it is.
  say(kind, where, ...keys) {
    const statement = { kind, what: `${kind} in ${where}`, versions: [] };
    this.statements.push(statement);
    return this.edit(statement, ...keys);
  }

  edit(statement, ...keys) {
    const version = { statement, keys, acknowledged: false };
    statement.versions.push(version);
    return version;
  }

  // It never reached the daemon, and its author was told so.
  refused(version) {
    const { versions } = version.statement;
    version.refused = true;
    versions.splice(versions.indexOf(version), 1);
    if (!versions.length) this.statements.splice(this.statements.indexOf(version.statement), 1);
  }

  // Nobody can tell any more whether the daemon heard it; its author was told so.
  unsure({ statement }) {
    statement.unsure = true;
  }

  get versions() {
    return this.statements.flatMap((s) => s.versions);
  }

  get acknowledged() {
    return this.versions.filter((v) => v.acknowledged);
  }

  // Of each kind, how many were acknowledged, and how many of these stand in such a store: {kind: [n, n]}.
  tally(found) {
    const kinds = {};
    for (const s of this.statements) {
      const { heard, left } = Ledger.standing(s);
      const kind = (kinds[s.kind] ??= [0, 0]);
      kind[0] += heard;
      kind[1] += heard && left.some(({ keys }) => keys.every((key) => found.has(key)));
    }
    return kinds;
  }

  // What is on its way, and will be acknowledged.
  get open() {
    return this.statements.filter((s) => !s.unsure && s.versions.some((v) => !v.acknowledged));
  }

  // What a store may hold of a statement: the last version that was acknowledged, or one after it.
  static standing({ versions }) {
    const at = versions.findLastIndex((v) => v.acknowledged);
    return { certain: at === versions.length - 1, heard: at >= 0, left: versions.slice(Math.max(at, 0)) };
  }

  // What is not as it should be in a store that holds each of these keys so often.
  judge(found) {
    const bounds = new Map([...this.before].map(([key, n]) => [key, { least: n, most: n, by: [] }]));
    const bound = (key, least, what) => {
      const b = bounds.get(key) ?? { least: 0, most: 0, by: [] };
      bounds.set(key, { least: b.least + least, most: b.most + 1, by: [...b.by, what] });
    };
    const wrong = [];
    for (const s of this.statements) {
      const { certain, heard, left } = Ledger.standing(s);
      for (const { keys } of left) for (const key of keys) bound(key, certain ? 1 : 0, s.what);
      if (heard && !left.some(({ keys }) => keys.every((key) => found.has(key))))
        wrong.push(`lost: ${s.what} (${left.map(({ keys }) => keys.join(', ')).join(' or ')})`);
    }
    for (const [key, { least, most, by }] of bounds) {
      const n = found.get(key) ?? 0;
      if (n < least) wrong.push(`lost: ${key} stands ${n} times, not ${least} (${by.join('; ')})`);
      if (n > most) wrong.push(`counted twice: ${key} stands ${n} times, not ${most} (${by.join('; ')})`);
    }
    for (const key of found.keys()) if (!bounds.has(key)) wrong.push(`nobody's, or taken back: ${key}`);
    return [...new Set(wrong)];
  }
}

// A number as an export writes it.
export const plain = (n) => String(Number(n.toFixed(6)));
export const reading = (day, sprint, kr, value) => `${day} sprint ${sprint} KR${kr} ${plain(value)}`;
export const tactical = (source, team, kr, value) => `${team} KR ${kr} ${plain(value)} by ${source}`;
export const update = (...of) => tactical('update', ...of);
export const weekly = (...of) => tactical('check-in', ...of);
export const blocker = (sprint, text) => `sprint ${sprint} blocker ${text}`;
export const team = (name) => `team ${name}`;
export const objective = (name, text) => `${name} objective ${text}`;
export const keyResult = (name, kr) => `${name} has KR ${kr}`;
export const target = (name, kr, value, why) => `${name} KR ${kr} to ${plain(value)}: ${why}`;
export const dismissed = (name, kr, why) => `${name} KR ${kr}, no sprint: ${why}`;
export const opened = (name, situation) => `${name} sprint: ${situation}`;
export const step = (sprint, to, why) => `sprint ${sprint} ${to}: ${why}`;
export const told = (sprint, what, words) => `sprint ${sprint} ${what}: ${words}`;
export const cause = (sprint, kr, name) => `sprint ${sprint} KR${kr} for ${name}`;
export const action = (sprint, number, ...words) => [`sprint ${sprint} action ${number}`, ...words].join(' ');
export const followUp = (sprint, value) => `sprint ${sprint} later ${plain(value)}`;

// What a sprint's row says of its end.
function ending(s) {
  const { early_reason: early, moved_how: moved, learned, change_to: change, anchor_close: anchor } = s;
  return Object.entries({ early, moved, learned, change, anchor }).filter(([, words]) => words !== undefined);
}

// By table, the keys of a row. A sprint's first step is its opening.
const KEYS = {
  'sprint-readings': (r) => [reading(r.day, r.sprint, r.kr_number, Number(r.value))],
  readings: (r) => [tactical(r.source, r.team, r.kr_number, Number(r.value))],
  blockers: (b) => [blocker(b.sprint, b.blocker)],
  teams: (t) => [team(t.team)],
  objectives: (o) => [objective(o.team, o.objective)],
  'key-results': (k) => [keyResult(k.team, k.kr_number)],
  recalibrations: (r) => [target(r.team, r.kr_number, Number(r.target), r.for_sprint ? `sprint ${r.for_sprint}` : r.why)],
  proposals: (p) => (p.why ? [dismissed(p.team, p.kr_number, p.why)] : []),
  sprints: (s) => [opened(s.teams, s.situation), ...ending(s).map(([what, words]) => told(s.sprint, what, words))],
  'sprint-key-results': (k) => (k.cause ? [cause(k.sprint, k.kr_number, k.cause)] : []),
  states: (s) => (s.from === 'draft' ? [] : [step(s.sprint, s.to, s.why)]),
  actions: (a) => [
    action(a.sprint, a.number, a.action),
    ...(a.done === 'yes' ? [action(a.sprint, a.number, 'done')] : []),
    ...(a.dropped_because ? [action(a.sprint, a.number, 'dropped:', a.dropped_because)] : []),
  ],
  'follow-ups': (f) => [followUp(f.sprint, Number(f.value))],
};

// How often each key stands in what was exported.
export function keysOf(books) {
  const found = new Map();
  for (const [table, keys] of Object.entries(KEYS))
    for (const key of books[table].flatMap(keys)) found.set(key, (found.get(key) ?? 0) + 1);
  return found;
}
