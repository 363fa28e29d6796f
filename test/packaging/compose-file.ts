import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';

export const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
const Texts = Type.Union([Type.String(), Type.Array(Type.String())]);
const Mount = Type.Union([
  Type.String(),
  Type.Object({
    type: Type.String(),
    source: Type.String(),
    target: Type.String(),
    read_only: Type.Optional(Type.Boolean()),
    volume: Type.Optional(Type.Object({ nocopy: Type.Optional(Type.Boolean()) })),
  }),
]);
const Service = Type.Object({
  image: Type.String(),
  build: Type.Optional(Type.String()),
  hostname: Type.Optional(Type.String()),
  user: Type.Optional(Type.String()),
  restart: Type.Optional(Type.String()),
  read_only: Type.Optional(Type.Boolean()),
  privileged: Type.Optional(Type.Boolean()),
  network_mode: Type.Optional(Type.String()),
  cap_drop: Type.Optional(Type.Array(Type.String())),
  security_opt: Type.Optional(Type.Array(Type.String())),
  entrypoint: Type.Optional(Texts),
  command: Type.Optional(Texts),
  environment: Type.Optional(Type.Record(Type.String(), Scalar)),
  configs: Type.Optional(Type.Array(Type.Object({ source: Type.String(), target: Type.String() }))),
  volumes: Type.Optional(Type.Array(Mount)),
  networks: Type.Optional(Type.Array(Type.String())),
  ports: Type.Optional(Type.Array(Type.String())),
  healthcheck: Type.Optional(
    Type.Object({
      disable: Type.Optional(Type.Boolean()),
      test: Type.Optional(Type.Array(Type.String())),
    }),
  ),
  depends_on: Type.Optional(Type.Record(Type.String(), Type.Object({ condition: Type.String() }))),
});
const ComposeFile = Type.Object({
  services: Type.Record(Type.String(), Service),
  networks: Type.Record(Type.String(), Type.Object({ internal: Type.Optional(Type.Boolean()) })),
  volumes: Type.Record(Type.String(), Type.Object({})),
  configs: Type.Record(Type.String(), Type.Object({ file: Type.String() })),
});

export type ComposeService = Type.Static<typeof Service>;
export type ComposeFile = Type.Static<typeof ComposeFile>;

/** The part of docker-compose.yml that the tests judge; throws when a service is written in another form. */
export function readComposeFile(): ComposeFile {
  const text = readFileSync(join(PROJECT_ROOT, 'docker-compose.yml'), 'utf8');
  const value: unknown = parse(text, { merge: true });
  return Compile(ComposeFile).Parse(value);
}

/** Where a mount comes from and goes to, whichever way it is written. */
export function mountsOf(service: ComposeService): readonly {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly copies: boolean;
}[] {
  return (service.volumes ?? []).map((mount) => {
    if (typeof mount !== 'string') {
      const { source, target } = mount;
      return {
        source,
        target,
        readOnly: mount.read_only === true,
        copies: mount.volume?.nocopy !== true,
      };
    }
    const [source = '', target = '', mode = ''] = mount.split(':');
    return { source, target, readOnly: mode === 'ro', copies: true };
  });
}

const RegistryConfig = Type.Object({
  notifications: Type.Object({
    events: Type.Object({ includereferences: Type.Boolean() }),
    endpoints: Type.Array(
      Type.Object({
        url: Type.String(),
        headers: Type.Object({ Authorization: Type.Array(Type.String()) }),
      }),
    ),
  }),
});

/** The notifications part of the registry's configuration. */
export function readRegistryConfig(): Type.Static<typeof RegistryConfig> {
  const text = readFileSync(join(PROJECT_ROOT, 'docs/compose/registry.yml'), 'utf8');
  const value: unknown = parse(text);
  return Compile(RegistryConfig).Parse(value);
}
