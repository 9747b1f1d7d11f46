// What a member sees of a room: its events folded into messages, as the specification tells clients to. Pure.

const newest = (a, b) => a.origin_server_ts - b.origin_server_ts || (a.event_id < b.event_id ? -1 : 1);
const POLL = 'org.matrix.msc3381.poll';
const words = (x) => x?.['org.matrix.msc1767.text'] ?? '';

// A reply's quoted beginning, from clients that still send it.
const unquoted = (body) => (typeof body === 'string' ? body.replace(/^(> .*\n)+\n?/, '') : '');

function pollOf(event, later) {
  const start = event.content[`${POLL}.start`];
  if (!start) return undefined;
  const about = later.filter((e) => e.content['m.relates_to']?.event_id === event.event_id);
  const ended = about.some((e) => e.type === `${POLL}.end` && e.sender === event.sender);
  const ids = new Set(start.answers.map((a) => a.id));
  const votes = new Map();
  for (const e of about.filter((x) => x.type === `${POLL}.response`).sort(newest)) {
    const answers = e.content[`${POLL}.response`]?.answers ?? [];
    if (!answers.length || answers.some((a) => !ids.has(a))) votes.delete(e.sender);
    else votes.set(e.sender, answers.slice(0, start.max_selections ?? 1));
  }
  return {
    question: words(start.question),
    answers: start.answers.map((a) => ({ id: a.id, text: words(a) })),
    disclosed: /\.disclosed$/.test(start.kind),
    votes,
    ended,
  };
}

// `events` in the room's order, as /sync or /messages give them (each once). `bot`: whose messages are the daemon's.
export function messagesOf(events, { bot } = {}) {
  const redacted = new Set(
    events.filter((e) => e.type === 'm.room.redaction').map((e) => e.content.redacts ?? e.redacts),
  );
  const alive = events.filter((e) => !redacted.has(e.event_id));
  const pinned = events.findLast((e) => e.type === 'm.room.pinned_events')?.content.pinned ?? [];
  const relating = new Map(); // event → what relates to it
  for (const e of alive) {
    const to = e.content['m.relates_to']?.event_id;
    if (to) relating.set(to, [...(relating.get(to) ?? []), e]);
  }
  const shown = [];
  let others = -1;
  events.forEach((event, at) => {
    if (event.sender !== bot) others = at;
    const isPoll = event.type === `${POLL}.start`;
    if (event.type !== 'm.room.message' && !isPoll) return;
    const to = event.content['m.relates_to'] ?? {};
    if (to.rel_type === 'm.replace') return;
    const about = relating.get(event.event_id) ?? [];
    const edits = about
      .filter(
        (e) => e.content['m.relates_to'].rel_type === 'm.replace' && e.sender === event.sender && e.type === event.type,
      )
      .sort(newest);
    const content = edits.length ? edits[edits.length - 1].content['m.new_content'] : event.content;
    const reactions = new Map();
    for (const e of about) {
      const { rel_type: kind, key } = e.content['m.relates_to'];
      if (kind === 'm.annotation') reactions.set(key, new Set([...(reactions.get(key) ?? []), e.sender]));
    }
    const gone = redacted.has(event.event_id);
    const poll = isPoll && !gone ? pollOf(event, alive) : undefined;
    shown.push({
      id: event.event_id,
      at,
      others, // where somebody but the daemon did something last
      sender: event.sender,
      bot: event.sender === bot,
      text: gone ? '' : poll ? poll.question : unquoted(content.body),
      html: gone ? undefined : content.formatted_body,
      msgtype: content.msgtype,
      content,
      original: event,
      redacted: gone,
      edits: edits.length,
      thread: to.rel_type === 'm.thread' ? to.event_id : undefined,
      replyTo: to['m.in_reply_to'] && !to.is_falling_back ? to['m.in_reply_to'].event_id : undefined,
      reactions,
      mentions: event.content['m.mentions'] ?? {},
      image: content.msgtype === 'm.image' ? { url: content.url, alt: content.body, info: content.info } : undefined,
      poll,
      pinned: pinned.includes(event.event_id),
    });
  });
  return shown;
}

// The buttons that a message of the daemon's offers: [{key, action, value, label}]; the label is what stands beside
// the emoji in the text.
export function buttonsOf(message) {
  const given = message.content.anchord?.buttons ?? {};
  return Object.entries(given).map(([key, { action, value }]) => {
    const at = message.text.indexOf(key);
    const rest = at < 0 ? undefined : message.text.slice(at + key.length);
    const next =
      rest &&
      Math.min(
        ...Object.keys(given)
          .map((k) => rest.indexOf(k))
          .filter((i) => i >= 0),
        rest.length,
      );
    return {
      key,
      action,
      value,
      label: rest
        ?.slice(0, next)
        .split('\n')[0]
        .replace(/^[\s:–—-]+|[\s·,;|]+$/g, ''),
    };
  });
}

// What stands twice: the same card (its row) in two messages, or the same words again at one place, to the same message,
// with nobody having done anything between.
export function duplicatesOf(messages) {
  const rows = new Map();
  const found = [];
  const last = new Map(); // place → what the daemon said there last
  for (const m of messages.filter((one) => one.bot)) {
    const { row } = m.original.content.anchord ?? {};
    const kind = `${row} ${m.original.type} ${m.original.content.msgtype === 'm.image'}`;
    if (row !== undefined && rows.has(kind)) found.push(`row ${row} stands as ${rows.get(kind)} and ${m.id}`);
    if (row !== undefined) rows.set(kind, m.id);
    const place = `${m.thread} ${m.original.content['m.relates_to']?.['m.in_reply_to']?.event_id}`;
    const said = `${m.original.type} ${m.original.content.body ?? m.text} ${m.image?.url ?? ''}`;
    const before = last.get(place);
    if (before?.said === said && m.others < before.at) found.push(`said twice: ${JSON.stringify(m.text.slice(0, 80))}`);
    last.set(place, { said, at: m.at });
  }
  return found;
}
