// How a homeserver pushes to an application service: transactions in order, one at a time, each repeated with the same
// id and body until it is taken.

const EVENTS_MAX = 100;

export class Service {
  // retryMs: pauses after a failure, the last one again and again (a real homeserver's: 2, 4, 8 … 512 s).
  constructor(hs, { id = 'testbot', url, asToken, hsToken, user, retryMs = [50, 100, 200, 400] }) {
    Object.assign(this, { hs, id, url, asToken, hsToken, user, retryMs });
    this.queue = [];
    this.sent = []; // {id, events, status} as each was answered
    this.count = 0;
    this.fails = 0;
    this.current = null;
    hs.world.listeners.push((room, event) => this.offer(room, event));
  }

  offer(room, event) {
    const ours =
      room.membership(this.user) === 'join' || (event.type === 'm.room.member' && event.state_key === this.user);
    if (!ours || this.hs.stopped) return;
    this.queue.push(this.shown(room, event));
    setImmediate(() => this.push());
  }

  // The old form: the keys of `unsigned` also beside it; neither membership nor transaction_id.
  shown(room, event) {
    const shown = room.shown(event, { withRoom: true, bundled: false });
    const { age, prev_content, replaces_state } = shown.unsigned;
    const invited = event.type === 'm.room.member' && event.content.membership === 'invite';
    return {
      ...shown,
      age,
      user_id: event.sender,
      ...(prev_content ? { prev_content, replaces_state } : {}),
      ...(invited ? { invite_room_state: room.stripped } : {}),
    };
  }

  async push() {
    if (this.busy || this.hs.stopped || !this.url || (!this.current && !this.queue.length)) return;
    this.busy = true;
    this.current ??= { id: String((this.count += 1)), events: this.queue.splice(0, EVENTS_MAX) };
    const { id, events } = this.current;
    const body = JSON.stringify({ events, ephemeral: [], 'de.sorunome.msc2409.to_device': [] });
    const status = await fetch(`${this.url}/_matrix/app/v1/transactions/${id}`, {
      method: 'PUT',
      body,
      headers: { authorization: `Bearer ${this.hsToken}`, 'content-type': 'application/json' },
    }).then(
      (r) => r.arrayBuffer().then(() => r.status),
      () => 0,
    );
    this.sent.push({ id, events, status });
    this.busy = false;
    this.hs.changed();
    if (status === 200) {
      this.current = null;
      this.fails = 0;
      this.push();
      return;
    }
    const ms = this.retryMs[Math.min(this.fails, this.retryMs.length - 1)];
    this.fails += 1;
    if (!this.hs.stopped) this.timer = setTimeout(() => this.push(), ms);
  }

  stop() {
    clearTimeout(this.timer);
    this.queue = [];
  }
}
