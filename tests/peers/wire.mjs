// A wire between the daemon and a real server, that can be cut, go silent, or lose an answer.
//
//   const wire = await Wire.start(hs.port);
//   … the daemon speaks to wire.url …
//   wire.lose(/^PUT \S*\/send\//);   // the next such request arrives, its answer does not
//   wire.cut();  wire.freeze();  wire.thaw();  wire.shut();  wire.open();

import net from 'node:net';

export class Wire {
  static async start(to) {
    const wire = new this();
    wire.to = to;
    wire.pairs = new Set();
    wire.losing = [];
    wire.vanished = 0; // pieces that came while it was frozen
    wire.server = net.createServer((near) => wire.join(near));
    await wire.listen(0);
    return wire;
  }

  async listen(port) {
    await new Promise((resolve, reject) => this.server.once('error', reject).listen(port, '127.0.0.1', resolve));
    this.port = this.server.address().port;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  join(near) {
    const far = net.connect(this.to, '127.0.0.1');
    const pair = { near, far, lost: false };
    this.pairs.add(pair);
    const end = () => {
      near.destroy();
      far.destroy();
      this.pairs.delete(pair);
    };
    for (const s of [near, far]) s.on('error', end).on('close', end);
    near.on('data', (data) => {
      const at = this.losing.findIndex((l) => l.pattern.test(data.toString('latin1')));
      if (at >= 0) {
        const [{ hit }] = this.losing.splice(at, 1);
        pair.lost = hit;
      }
      if (this.frozen) this.vanished += 1;
      else far.write(data);
    });
    far.on('data', (data) => {
      if (pair.lost) {
        pair.lost(data.toString('latin1')); // it was answered: so it was done
        end();
      } else if (!this.frozen) near.write(data);
    });
  }

  // Resolves when the next request that matches was answered, and the answer was lost with its connection.
  lose(pattern) {
    return new Promise((hit) => {
      this.losing.push({ pattern, hit });
    });
  }

  cut() {
    for (const { near } of [...this.pairs]) near.destroy();
  }

  // Nothing goes through, and nothing ends; what comes meanwhile is gone.
  freeze() {
    this.frozen = true;
  }

  thaw() {
    this.frozen = false;
    this.cut();
  }

  // Nobody is there.
  async shut() {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  open() {
    return this.listen(this.port);
  }

  async stop() {
    this.cut();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }
}
