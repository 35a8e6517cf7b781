// For tests of this folder only: a server in a process of its own that closes idle sockets at once and says nothing about it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const { socket } = request;
    response.setHeader('connection', 'keep-alive');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{}');
    setTimeout(() => socket.destroy(), 200);
  });
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
