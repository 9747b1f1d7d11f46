// What members said, and how far each word of it is acknowledged; and whether a store holds just that. A statement has
// versions, the later ones being edits. Each brings about things that can be told apart in an export, its keys; none: it
// was taken back. `keysOf` reads an export's keys.

export class Ledger {
  constructor() {
    this.statements = [];
    this.before = new Map(); // what stood there before anybody was killed
  }

  // Each returns the version: set its `acknowledged` once it is.
  say(what, ...keys) {
    const statement = { what, versions: [] };
    this.statements.push(statement);
    return this.edit(statement, ...keys);
  }

  edit(statement, ...keys) {
    const version = { statement, keys, acknowledged: false };
    statement.versions.push(version);
    return version;
  }

  // It never reached the daemon, and its author was told so.
  refused({ statement }) {
    this.statements.splice(this.statements.indexOf(statement), 1);
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
export const update = (team, kr, value) => `${team} KR ${kr} ${plain(value)}`;
export const blocker = (sprint, text) => `sprint ${sprint} blocker ${text}`;

// How often each key stands in what was exported.
export function keysOf(books) {
  const found = new Map();
  const count = (key) => found.set(key, (found.get(key) ?? 0) + 1);
  for (const r of books['sprint-readings']) count(reading(r.day, r.sprint, r.kr_number, Number(r.value)));
  for (const r of books.readings) count(update(r.team, r.kr_number, Number(r.value)));
  for (const b of books.blockers) count(blocker(b.sprint, b.blocker));
  return found;
}
