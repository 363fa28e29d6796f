import { type ApiTransport, createApiClient, httpTransport } from '../cli/api-client.ts';
import type { Connect } from '../cli/connect.ts';
import { loadConfig } from '../config/load-config.ts';
import { ProvostError } from '../core/errors.ts';
import { readAdminToken } from './admin-token.ts';
import { createLog } from './create-log.ts';
import { describeProblems } from './describe-problems.ts';
import { findService } from './running-service.ts';
import { startService } from './start-service.ts';
import { readTokenVariable } from './token-variable.ts';

/** Finds the service for a command: the URL that is named, the one on the data directory, or one in this process. */
export function createConnect(environment: Readonly<Record<string, string | undefined>>): Connect {
  return async ({ url, data, config: configFile, roles }) => {
    const named = url ?? environment['PROVOST_URL'];
    const token = readTokenVariable(environment);
    if (named !== undefined && named !== '') {
      if (token === undefined)
        throw new ProvostError(
          'auth.missing',
          'a service elsewhere needs a token: set PROVOST_TOKEN or PROVOST_TOKEN_FILE',
        );
      return remote(named, token);
    }
    const loaded = loadConfig(environment, {
      ...(data === undefined ? {} : { dataDirectory: data }),
      ...(configFile === undefined ? {} : { configFile }),
      roles: roles === 'all' ? 'api,ledger,detect,alert' : 'api',
    });
    if (!loaded.ok) throw new ProvostError('config.invalid', describeProblems(loaded.problem));
    const { dataDirectory } = loaded.value;
    const running = await findService(dataDirectory);
    const own = token ?? (await readAdminToken(dataDirectory));
    if (running !== undefined) {
      if (own === undefined)
        throw new ProvostError(
          'auth.missing',
          `the service on ${dataDirectory} needs a token: set PROVOST_TOKEN or PROVOST_TOKEN_FILE`,
        );
      return remote(running.url, own);
    }
    const log = createLog('warn');
    let fatal: Error | undefined;
    const service = await startService({
      config: loaded.value,
      log,
      clock: Date,
      listen: false,
      onFatal: (error) => {
        fatal = error;
      },
    });
    const admin = token ?? (await readAdminToken(dataDirectory));
    if (admin === undefined) {
      await service.stop();
      throw new ProvostError(
        'auth.missing',
        `no administrator's token in ${dataDirectory}: set PROVOST_TOKEN or PROVOST_TOKEN_FILE`,
      );
    }
    return {
      api: createApiClient(injectTransport(service.app, admin)),
      where: `in this process, on ${dataDirectory}`,
      own: true,
      drain: async () => {
        await service.drain(() => fatal);
      },
      close: service.stop,
    };
  };
}

function remote(url: string, token: string) {
  return {
    api: createApiClient(httpTransport(url, token)),
    where: `service at ${url}`,
    own: false,
    drain: async () => {},
    close: async () => {},
  };
}

type Injectable = Awaited<ReturnType<typeof startService>>['app'];

/** Sends into the application without a socket. */
function injectTransport(app: Injectable, token: string): ApiTransport {
  return async ({ method, path, query, body, payload, accept }) => {
    const contentType =
      payload?.contentType ?? (body === undefined ? undefined : 'application/json');
    const response = await app.inject({
      method,
      url: path,
      query: Object.fromEntries(
        Object.entries(query ?? {}).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, String(value)]],
        ),
      ),
      headers: {
        authorization: `Bearer ${token}`,
        accept: accept ?? 'application/json',
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      ...(payload === undefined
        ? body === undefined
          ? {}
          : { payload: JSON.stringify(body) }
        : { payload: Buffer.from(payload.bytes) }),
      payloadAsStream: true,
    });
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
    );
    return { status: response.statusCode, headers, body: response.stream() };
  };
}
