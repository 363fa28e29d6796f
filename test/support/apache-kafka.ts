import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { KafkaBroker, KafkaBrokerOptions } from './kafka-broker.ts';

const run = promisify(execFile);

/** Starts Apache Kafka in KRaft mode from the jars in the directory, with its data in a directory of its own. */
export async function startApacheKafka(
  libraries: string,
  { user }: KafkaBrokerOptions,
): Promise<KafkaBroker> {
  const directory = await mkdtemp(join(tmpdir(), 'provost-kafka-'));
  const [port, controllerPort, securePort] = await freePorts(3);
  const classPath = join(libraries, '*');
  const properties = join(directory, 'server.properties');
  const ca = user === undefined ? undefined : await makeCertificate(directory);
  await writeFile(
    properties,
    serverProperties({ directory, port, controllerPort, securePort, user }),
  );
  const scram = user === undefined ? [] : ['SCRAM-SHA-256', 'SCRAM-SHA-512'];
  await run('java', [
    ...['-cp', classPath, 'kafka.tools.StorageTool', 'format', '--standalone'],
    ...['-t', randomUUID().replaceAll('-', '').slice(0, 22), '-c', properties],
    ...scram.flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${user?.username},password=${user?.password}]`,
    ]),
  ]);

  const logPath = join(directory, 'broker.log');
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn('java', ['-Xmx512m', '-cp', classPath, 'kafka.Kafka', properties], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = createWriteStream(logPath, { flags: 'a' });
    child.stdout?.pipe(output, { end: false });
    child.stderr?.pipe(output, { end: false });
    for (let attempt = 0; attempt < 600; attempt += 1) {
      if (child.exitCode !== null) break;
      if (await isListening(user === undefined ? port : securePort)) return;
      await sleep(100);
    }
    const tail = (await readFile(logPath, 'utf8')).slice(-2_000);
    throw new Error(`Kafka did not start:\n${tail}`);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  }

  await start();
  return {
    brokers: [`127.0.0.1:${port}`],
    kind: 'own',
    ...(ca === undefined ? {} : { secure: { brokers: [`127.0.0.1:${securePort}`], ca } }),
    start,
    kill: () => end('SIGKILL'),
    runTool: async (mainClass, args, input) => {
      const tool = spawn('java', ['-Xmx256m', '-cp', classPath, mainClass, ...args], {
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      let errors = '';
      tool.stderr.on('data', (chunk: Buffer) => {
        errors += chunk.toString();
      });
      tool.stdin.end(input);
      const [code] = await once(tool, 'exit');
      if (code !== 0) throw new Error(`${mainClass} ended with ${code}: ${errors.slice(-2_000)}`);
    },
    stop: async () => {
      await end('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function serverProperties(given: {
  readonly directory: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly securePort: number;
  readonly user: KafkaBrokerOptions['user'];
}): string {
  const { directory, port, controllerPort, securePort, user } = given;
  const secure = user === undefined ? '' : `,SECURE://127.0.0.1:${securePort}`;
  const lines = [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${secure}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}${secure}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${join(directory, 'data')}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
  ];
  if (user !== undefined) {
    const listener = 'listener.name.secure';
    const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
    lines.push(
      `${listener}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512`,
      `${listener}.scram-sha-256.sasl.jaas.config=${scram}`,
      `${listener}.scram-sha-512.sasl.jaas.config=${scram}`,
      `${listener}.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${user.username}="${user.password}";`,
      `${listener}.ssl.keystore.type=PEM`,
      `${listener}.ssl.keystore.location=${join(directory, 'keystore.pem')}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** A self-signed certificate for 127.0.0.1; it is its own authority. */
async function makeCertificate(directory: string): Promise<string> {
  const key = join(directory, 'key.pem');
  const certificate = join(directory, 'certificate.pem');
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
    ...['-keyout', key, '-out', certificate],
  ]);
  const authority = await readFile(certificate, 'utf8');
  await writeFile(join(directory, 'keystore.pem'), `${await readFile(key, 'utf8')}${authority}`);
  return authority;
}

/** Ports that nobody listens on at this moment. */
async function freePorts(count: 3): Promise<readonly [number, number, number]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [first = 0, second = 0, third = 0] = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [first, second, third];
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
