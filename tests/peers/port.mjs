// A port for a program that is started later. Nobody listens on it; it lies below those from which connections are made
// (Linux: 32768 and up), so that none of these takes it meanwhile; and it is drawn, since tests run side by side.

import net from 'node:net';
import { randomInt } from 'node:crypto';

const FIRST = 10240;
const BEYOND = 32768;
const given = new Set();

const isFree = (port) =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

export async function freePort() {
  for (;;) {
    const port = randomInt(FIRST, BEYOND);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}
