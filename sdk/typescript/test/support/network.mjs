// A World behind real HTTP and WebSockets.

import { once } from 'node:events';
import { createServer } from 'node:http';

import { WebSocket, WebSocketServer } from 'ws';

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': '*',
};

/** Opens WebSockets in a Node that has none of its own. */
export const webSocketFactory = (url) => new WebSocket(url);

/** Serves the world on a free port. */
export async function serve(world) {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer(async (request, response) => {
    if (request.method === 'OPTIONS') return response.writeHead(204, CORS).end();
    request.resume();
    const { status, body } = await world.answer(request.method, `http://world${request.url}`);
    response.writeHead(status, { 'content-type': 'application/json', ...CORS }).end(JSON.stringify(body));
  });
  server.on('upgrade', (request, socket, head) => {
    const url = `http://world${request.url}`;
    const status = world.refusal(url);
    if (status) return socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (it) => {
      const peer = { send: (text) => it.send(text), close: (code) => it.close(code) };
      it.on('error', () => {}).on('close', () => world.peers.delete(peer));
      world.welcome(url, peer);
    });
  });
  return listening(server, () => sockets.clients.forEach((it) => it.terminate()));
}

/** Listens on a free port of this machine; `close` ends every connection. */
export async function listening(server, ending = () => {}) {
  const connections = new Set();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('error', () => {}).on('close', () => connections.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    ending();
    server.close();
    for (const socket of connections) socket.destroy();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}
