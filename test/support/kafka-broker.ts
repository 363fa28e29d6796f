import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startApacheKafka } from './apache-kafka.ts';
import { cachedDirectory } from './cached-directory.ts';
import { startMockKafka } from './mock-kafka.ts';

const run = promisify(execFile);
const KAFKA_VERSION = '4.1.1';

export type KafkaBrokerOptions = {
  /** Adds a listener with TLS and SASL (PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512) for this user. */
  readonly user?: { readonly username: string; readonly password: string };
};

export type KafkaBroker = {
  readonly brokers: readonly string[];
  /** Only one's own is killed and runs tools; a mock has no secure listener either. */
  readonly kind: 'own' | 'external' | 'mock';
  /** The listener with TLS and SASL, and the PEM of its authority. */
  readonly secure?: { readonly brokers: readonly string[]; readonly ca: string };
  /** kill -9, as a machine that loses its process. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same ports and data. */
  readonly start: () => Promise<void>;
  /** Runs a class of Kafka's own command line tools with text on its standard input. */
  readonly runTool: (mainClass: string, args: readonly string[], input: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/**
 * A Kafka broker: the one of `KAFKA_BROKERS`; else Apache Kafka in KRaft mode from Maven Central, kept in
 * `PROVOST_CACHE` (`~/.cache/provost`); else librdkafka's mock cluster of Debian's `kcat`, which
 * `KAFKA_BROKERS=mock` asks for on a machine that has better. A string says why there is none. With
 * `PROVOST_REQUIRE_KAFKA=1` anything less than a real broker is an error.
 */
export async function startKafkaBroker(
  options: KafkaBrokerOptions = {},
): Promise<KafkaBroker | string> {
  const given = process.env['KAFKA_BROKERS'] ?? '';
  const isMockWanted = given === 'mock';
  if (given !== '' && !isMockWanted && options.user === undefined) {
    return withoutPowers('external', given.split(','));
  }
  const libraries = isMockWanted
    ? { reason: 'no Kafka: KAFKA_BROKERS asks for a mock' }
    : await findLibraries();
  if ('path' in libraries) return startApacheKafka(libraries.path, options);
  if (process.env['PROVOST_REQUIRE_KAFKA'] === '1') {
    throw new Error(`${libraries.reason}, and PROVOST_REQUIRE_KAFKA wants a real broker`);
  }
  const mock = await startMockKafka();
  if (typeof mock === 'string') return `${libraries.reason}; ${mock}`;
  console.warn(`${libraries.reason}; this is librdkafka's mock cluster`);
  return withoutPowers('mock', [mock.address], mock.stop);
}

/** A broker that is not there to be stopped by a test. */
function withoutPowers(
  kind: 'external' | 'mock',
  brokers: readonly string[],
  stop = async () => {},
): KafkaBroker {
  const refuse = async () => {
    throw new Error(`this Kafka is ${kind}: it is not killed and has no tools`);
  };
  return { brokers, kind, kill: refuse, start: refuse, runTool: refuse, stop };
}

/** The directory with Kafka's jars, downloaded once by Maven. */
async function findLibraries(): Promise<{ readonly path: string } | { readonly reason: string }> {
  try {
    await run('java', ['-version']);
  } catch {
    return { reason: 'no Kafka: there is neither KAFKA_BROKERS nor a java to run one' };
  }
  try {
    const path = await cachedDirectory(
      join(`kafka-${KAFKA_VERSION}`, 'libs'),
      async (libraries) => {
        await writeFile(join(libraries, 'pom.xml'), POM);
        const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${libraries}`];
        await run('mvn', ['-q', '-B', ...copy], { cwd: libraries, timeout: 300_000 });
      },
    );
    return { path };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { reason: `no Kafka: Maven could not fetch it (${why})` };
  }
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>provost.test</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;
