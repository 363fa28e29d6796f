import type { Socket } from 'node:net';

const PROBLEM = JSON.stringify({
  type: 'urn:provost:error:http.bad-request',
  title: 'The request cannot be understood',
  status: 400,
  detail:
    'the bytes on this connection are not an HTTP request that is accepted here, or came too slowly',
  code: 'http.bad-request',
});

const ANSWER =
  'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/problem+json\r\n' +
  `content-length: ${Buffer.byteLength(PROBLEM)}\r\n\r\n${PROBLEM}`;

/** Answers what never became a request with a problem document, too, and ends the connection. */
export function handleClientError(error: { readonly code?: string }, socket: Socket): void {
  // Nobody is left to read an answer.
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.end(ANSWER);
  else socket.destroy();
}
