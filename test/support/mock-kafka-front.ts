import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Where a front listens, and its end. */
export type MockKafkaFront = { readonly address: string; readonly close: () => Promise<void> };

const METADATA = 3;
const API_VERSIONS = 18;
const CREATE_TOPICS = 19;
const NODE_ID = 1;
/** The mock gives every topic four partitions; a topic shows as many of them as were asked for. */
const MOST_PARTITIONS = 4;
const NO_ERROR = 0;
const UNKNOWN_TOPIC = 3;
const TOPIC_EXISTS = 36;
const INVALID_PARTITIONS = 37;

/**
 * Answers before a librdkafka mock cluster of one broker what kafkajs cannot do without and the mock does not have:
 * CreateTopics, and Metadata that names a controller which exists (the mock names broker 0 and has broker 1, so that
 * no idempotent producer starts). Everything else is the mock's own answer, byte for byte.
 */
export async function startMockKafkaFront(mockPort: number): Promise<MockKafkaFront> {
  const partitions = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => serve(tracked(client), toMock()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const listening = server.address();
  const port = typeof listening === 'object' && listening !== null ? listening.port : 0;

  function tracked(socket: Socket): Socket {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // What breaks is closed, too: the client sees a broker that went away.
    socket.on('error', () => {});
    return socket;
  }

  function toMock(): Socket {
    return tracked(connect(mockPort, '127.0.0.1'));
  }

  function serve(client: Socket, mock: Socket): void {
    client.once('close', () => mock.destroy());
    mock.once('close', () => client.destroy());
    const versionsAsked = new Set<number>();
    onFrames(client, (frame) => {
      const correlation = frame.readInt32BE(4);
      const answer = (body: Buffer) => client.write(toFrame(int32(correlation), body));
      switch (frame.readInt16BE(0)) {
        case METADATA:
          answer(metadata(readNames(bodyOf(frame))));
          break;
        case CREATE_TOPICS:
          void Promise.all(readNewTopics(bodyOf(frame)).map(create)).then((results) =>
            answer(array(results)),
          );
          break;
        case API_VERSIONS:
          versionsAsked.add(correlation);
          mock.write(toFrame(frame));
          break;
        default:
          mock.write(toFrame(frame));
      }
    });
    onFrames(mock, (frame) => {
      const isVersions = versionsAsked.delete(frame.readInt32BE(0));
      client.write(toFrame(isVersions ? withOwnVersions(frame) : frame));
    });
  }

  /** Lets the mock create the topic, which it does when it is asked about it. */
  async function create({ name, count }: NewTopic): Promise<Buffer> {
    if (count < 1 || count > MOST_PARTITIONS) {
      return Buffer.concat([string(name), int16(INVALID_PARTITIONS)]);
    }
    if (partitions.has(name)) return Buffer.concat([string(name), int16(TOPIC_EXISTS)]);
    partitions.set(name, count);
    const mock = toMock();
    const header = [int16(METADATA), int16(0), int32(1), string('front')];
    mock.write(toFrame(...header, array([string(name)])));
    await once(mock, 'data');
    mock.destroy();
    return Buffer.concat([string(name), int16(NO_ERROR)]);
  }

  /** Metadata Response, version 1. */
  function metadata(asked: readonly string[] | undefined): Buffer {
    const broker = [int32(NODE_ID), string('127.0.0.1'), int32(port), int16(-1)];
    return Buffer.concat([
      array([Buffer.concat(broker)]),
      int32(NODE_ID),
      array((asked ?? [...partitions.keys()]).map(topicMetadata)),
    ]);
  }

  function topicMetadata(name: string): Buffer {
    const count = partitions.get(name);
    const all = Array.from({ length: count ?? 0 }, (_, partition) => {
      const replicas = array([int32(NODE_ID)]);
      return Buffer.concat([
        ...[int16(NO_ERROR), int32(partition), int32(NODE_ID), replicas, replicas],
      ]);
    });
    const isInternal = Buffer.of(0);
    const error = int16(count === undefined ? UNKNOWN_TOPIC : NO_ERROR);
    return Buffer.concat([error, string(name), isInternal, array(all)]);
  }

  return {
    address: `127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type NewTopic = { readonly name: string; readonly count: number };
type Body = { readonly bytes: Buffer; at: number };

/** ApiVersions Response with Metadata in the version that the front speaks, and with CreateTopics. */
function withOwnVersions(frame: Buffer): Buffer {
  const count = frame.readInt32BE(6);
  const end = 10 + count * 6;
  const entries = Array.from({ length: count }, (_, n) => frame.subarray(10 + n * 6, 16 + n * 6));
  const others = entries.filter((entry) => entry.readInt16BE(0) !== METADATA);
  const version = (key: number, only: number) =>
    Buffer.concat([int16(key), int16(only), int16(only)]);
  const all = array([...others, version(METADATA, 1), version(CREATE_TOPICS, 0)]);
  return Buffer.concat([frame.subarray(0, 6), all, frame.subarray(end)]);
}

/** Calls back with each frame of the stream, without its length. */
function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      take(rest.subarray(4, end));
      rest = rest.subarray(end);
    }
  });
}

/** What follows the client's name in a request. */
function bodyOf(frame: Buffer): Body {
  const body = { bytes: frame, at: 8 };
  readString(body);
  return body;
}

/** The topics of a Metadata Request; undefined asks for all. */
function readNames(body: Body): readonly string[] | undefined {
  const count = readInt32(body);
  return count < 0 ? undefined : Array.from({ length: count }, () => readString(body));
}

/** The topics of a CreateTopics Request, version 0; assignments and settings are nothing to the mock. */
function readNewTopics(body: Body): readonly NewTopic[] {
  return Array.from({ length: readInt32(body) }, () => {
    const name = readString(body);
    const count = readInt32(body);
    body.at += 2;
    for (let assigned = readInt32(body); assigned > 0; assigned -= 1) {
      body.at += 4;
      body.at += 4 * readInt32(body);
    }
    for (let set = readInt32(body); set > 0; set -= 1) {
      readString(body);
      readString(body);
    }
    return { name, count };
  });
}

function readInt32(body: Body): number {
  body.at += 4;
  return body.bytes.readInt32BE(body.at - 4);
}

function readString(body: Body): string {
  const start = body.at + 2;
  body.at = start + Math.max(0, body.bytes.readInt16BE(body.at));
  return body.bytes.toString('utf8', start, body.at);
}

function toFrame(...parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([int32(bytes.length), bytes]);
}

function array(items: readonly Buffer[]): Buffer {
  return Buffer.concat([int32(items.length), ...items]);
}

function string(text: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(text)), Buffer.from(text)]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
