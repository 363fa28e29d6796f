import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Problem, problem } from '../core/errors.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import { type Config, ROLES, type Role } from './config.ts';
import { createEnvironmentReader, type EnvironmentReader } from './environment.ts';
import { parseGovernance } from './parse-governance.ts';
import { RULES_FOLDER, readRules } from './rules/read-rules.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * Reads the environment and the governance file into one frozen {@link Config}, or lists every problem at once.
 * Secrets come from `NAME` or, better, from the file that `NAME_FILE` names; none has a default.
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>>,
  overrides: {
    readonly roles?: string;
    readonly configFile?: string;
    readonly dataDirectory?: string;
  } = {},
): Outcome<Config, readonly Problem[]> {
  const env = createEnvironmentReader(environment);
  // The variable is read either way: one that an option overrides is known all the same.
  const data = env.text('PROVOST_DATA', './data');
  const dataDirectory = resolve(overrides.dataDirectory ?? data);
  const governance = loadGovernance(env, overrides.configFile);
  const rules = readRules(join(dirname(governance.file), RULES_FOLDER));
  const bus = readBus(env);
  const config: Config = {
    dataDirectory,
    roles: readRoles(env, overrides.roles),
    http: {
      host: env.text('PROVOST_HOST', '127.0.0.1'),
      port: env.integer('PROVOST_PORT', 8080, 0, 65_535),
      publicUrl: env.url('PROVOST_PUBLIC_URL'),
      publicMetrics: env.oneOf('PROVOST_PUBLIC_METRICS', ['true', 'false'], 'false') === 'true',
    },
    logLevel: env.oneOf(
      'PROVOST_LOG_LEVEL',
      ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
      'info',
    ),
    bus,
    partitions: env.integer('PROVOST_PARTITIONS', bus.kind === 'kafka' ? 3 : 1, 1, 1024),
    clickhouse: readClickHouse(env),
    signingKeyFile: resolve(
      env.text('PROVOST_SIGNING_KEY_FILE', `${dataDirectory}/signing-key.pem`),
    ),
    origin: env.text('PROVOST_ORIGIN', 'provost.example.org/ledger'),
    smtpUrl: env.secret('PROVOST_SMTP_URL'),
    mailFrom: env.text('PROVOST_MAIL_FROM', 'provost@localhost.localdomain'),
    governance: governance.value,
    rules: rules.ok ? rules.value : [],
  };
  if (!/^[^\s+]{1,200}$/.test(config.origin)) {
    env.report(
      'PROVOST_ORIGIN',
      'expected 1 to 200 characters without white space and without "+"',
    );
  }
  if (config.smtpUrl !== undefined && !isSmtpUrl(config.smtpUrl)) {
    // The value holds a password.
    env.report('PROVOST_SMTP_URL', 'expected smtp://host:port or smtps://user:password@host:port');
  }
  env.reportUnknown();
  const problems = [...env.problems(), ...governance.problems, ...(rules.ok ? [] : rules.problem)];
  return problems.length === 0 ? ok(deepFreeze(config)) : fail(problems);
}

function isSmtpUrl(text: string): boolean {
  return (
    URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).host !== ''
  );
}

function readRoles(env: EnvironmentReader, override: string | undefined): readonly Role[] {
  const fromEnvironment = env.text('PROVOST_ROLES', ROLES.join(','));
  const text = override ?? fromEnvironment;
  const roles = text.split(',').map((role) => role.trim());
  const unknown = roles.filter((role) => !ROLES.some((known) => known === role));
  if (unknown.length > 0) {
    env.report(
      'PROVOST_ROLES',
      `unknown role "${unknown.join('", "')}"; expected some of ${ROLES.join(', ')}`,
    );
  }
  return ROLES.filter((role) => roles.includes(role));
}

function readBus(env: EnvironmentReader): Config['bus'] {
  const brokers = env.text('PROVOST_KAFKA_BROKERS', '');
  const retentionBytes = env.integer('PROVOST_LOG_RETENTION_BYTES', 1024 * MEBIBYTE, MEBIBYTE);
  const minFreeBytes = env.integer('PROVOST_LOG_MIN_FREE_BYTES', 256 * MEBIBYTE, 0);
  const tls = env.oneOf('PROVOST_KAFKA_TLS', ['true', 'false'], 'false') === 'true';
  const tlsCa = env.file('PROVOST_KAFKA_CA_FILE');
  const mechanism = env.oneOf(
    'PROVOST_KAFKA_SASL_MECHANISM',
    ['none', 'plain', 'scram-sha-256', 'scram-sha-512'],
    'none',
  );
  const username = env.text('PROVOST_KAFKA_USERNAME', '');
  const password = env.secret('PROVOST_KAFKA_PASSWORD');
  if (brokers === '') return { kind: 'local', retentionBytes, minFreeBytes };
  if (mechanism !== 'none' && (username === '' || password === undefined)) {
    env.report(
      'PROVOST_KAFKA_SASL_MECHANISM',
      'also needs PROVOST_KAFKA_USERNAME and PROVOST_KAFKA_PASSWORD_FILE',
    );
  }
  return {
    kind: 'kafka',
    brokers: brokers.split(',').map((broker) => broker.trim()),
    tls,
    tlsCa,
    sasl: mechanism === 'none' ? undefined : { mechanism, username, password: password ?? '' },
  };
}

function readClickHouse(env: EnvironmentReader): Config['clickhouse'] {
  const url = env.url('PROVOST_CLICKHOUSE_URL');
  const username = env.text('PROVOST_CLICKHOUSE_USERNAME', 'default');
  const password = env.secret('PROVOST_CLICKHOUSE_PASSWORD') ?? '';
  const database = env.text('PROVOST_CLICKHOUSE_DATABASE', 'provost');
  const cluster = env.text('PROVOST_CLICKHOUSE_CLUSTER', '');
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(database)) {
    env.report('PROVOST_CLICKHOUSE_DATABASE', 'expected letters, digits and underscores');
  }
  if (cluster !== '' && !/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/.test(cluster)) {
    env.report('PROVOST_CLICKHOUSE_CLUSTER', 'expected letters, digits, hyphens and underscores');
  }
  if (url === undefined) return { kind: 'embedded' };
  return {
    kind: 'server',
    url,
    username,
    password,
    database,
    cluster: cluster === '' ? undefined : cluster,
  };
}

function loadGovernance(
  env: EnvironmentReader,
  override: string | undefined,
): ReturnType<typeof parseGovernance> & { readonly file: string } {
  const fromEnvironment = env.text('PROVOST_CONFIG', '');
  const named = override ?? fromEnvironment;
  const file = resolve(named === '' ? 'provost.yaml' : named);
  if (named === '' && !existsSync(file)) return { value: {}, problems: [], file };
  try {
    return { ...parseGovernance(readFileSync(file, 'utf8'), file), file };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return {
      value: {},
      file,
      problems: [problem('config.unreadable', `cannot read the governance file: ${reason}`, file)],
    };
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
