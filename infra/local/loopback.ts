/** Serves on this computer only: what runs here is nobody else's business, and the local issuer lets anybody in. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Resolves when it listens; what it resolves to ends it, open WebSockets included. */
export const serveOnLoopback = async (server: Server, port: number): Promise<() => Promise<void>> => {
  // Server.closeAllConnections() forgets the sockets that were upgraded, and close() then waits for them for ever.
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  return async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
};
