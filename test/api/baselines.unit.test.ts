import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { builtReleases, image } from '../../detectors/examples/story.ts';
import { createNoteSigner, signNote } from '../../services/core/note/signed-note.ts';
import { createBaselineWorld } from './baseline-world.ts';

const FOREIGN = image('foreign');
const PATH = '/api/v1/baselines';

const moved = () => builtReleases().days(1).move('1.7.0', 'foreign', 'maya').events();
const pin = { repository: 'lab/tool', scope: { tags: ['1.7.0'] }, value: { digests: [FOREIGN] } };

describe('a declared baseline', () => {
  it('needs a second person, and then closes the alert that it explains', async () => {
    const world = await createBaselineWorld();
    await world.tell(moved());
    const [ann, bob] = [await world.as('ann'), await world.as('bob')];
    const [open] = (await ann('GET', '/api/v1/alerts')).json().alerts;
    expect(open).toMatchObject({ rule: 'tag-mutation', status: 'open' });

    const proposed = await ann('POST', PATH, { ...pin, reason: 'rebuilt on purpose' });
    expect(proposed.statusCode).toBe(201);
    const { baselineId } = proposed.json();
    expect(proposed.headers['location']).toBe(`${PATH}/${baselineId}`);
    const alone = await ann('POST', `${PATH}/${baselineId}/approve`, {});
    expect([alone.statusCode, alone.json().code]).toEqual([403, 'baseline.same-person']);
    expect((await ann('GET', `/api/v1/alerts/${open.alertId}`)).json().status).toBe('open');

    const approved = await bob('POST', `${PATH}/${baselineId}/approve`, { version: 1 });
    expect(approved.json()).toMatchObject({ status: 'approved', version: 1 });
    const closed = (await ann('GET', `/api/v1/alerts/${open.alertId}`)).json();
    expect(closed.status).toBe('resolved');
    expect(closed.history.at(-1)).toMatchObject({ type: 'alert.resolved', by: 'provost' });
    const approval = (await ann('GET', `${PATH}/${baselineId}`)).json().versions[0].approved;
    expect(closed.history.at(-1).reason).toContain(
      `entry ${approval.entry.index} of shard ${approval.entry.shard}`,
    );
    const again = await bob('POST', `${PATH}/${baselineId}/approve`, {});
    expect([again.statusCode, again.json().code]).toEqual([409, 'baseline.transition']);
  });

  it('closes nothing once it is revoked, and lowers what comes after it while it holds', async () => {
    const world = await createBaselineWorld();
    await world.tell(builtReleases().events());
    const [ann, bob] = [await world.as('ann'), await world.as('bob')];
    const { baselineId } = (await ann('POST', PATH, pin)).json();
    await bob('POST', `${PATH}/${baselineId}/approve`, {});
    await world.tell(moved().slice(-1));
    const [covered] = (await ann('GET', '/api/v1/alerts')).json().alerts;
    expect(covered).toMatchObject({ disposition: 'log' });
    const revoked = await ann('POST', `${PATH}/${baselineId}/revoke`, { reason: 'a mistake' });
    expect(revoked.json()).toMatchObject({ status: 'revoked' });
    const other = builtReleases().days(2).move('1.8.0', 'foreign', 'maya').events();
    await world.tell(other.slice(-1).map((event) => ({ ...event, id: 'another-move' })));
    const [page] = (await ann('GET', '/api/v1/alerts?disposition=page')).json().alerts;
    expect(page).toMatchObject({ status: 'open', subject: { tag: '1.8.0' } });
  });

  it('counts its versions, and refuses to approve another one than was read', async () => {
    const world = await createBaselineWorld();
    const [ann, bob] = [await world.as('ann'), await world.as('bob')];
    await ann('POST', PATH, pin);
    const second = (await bob('POST', PATH, { ...pin, value: { digests: [image('x')] } })).json();
    expect(second).toMatchObject({
      pending: 2,
      versions: [{ status: 'replaced' }, { status: 'proposed' }],
    });
    const stale = await ann('POST', `${PATH}/${second.baselineId}/approve`, { version: 1 });
    expect(stale.json().code).toBe('baseline.transition');
    const fresh = await ann('POST', `${PATH}/${second.baselineId}/approve`, { version: 2 });
    expect(fresh.json()).toMatchObject({ status: 'approved', version: 2 });
  });

  it('may also be stated as events, by two people, and by nobody in the name of another', async () => {
    const world = await createBaselineWorld();
    const [ann, root] = [await world.as('ann'), await world.as('root', ['admin'])];
    const say = (type: string, id: string, data: object) => ({
      specversion: '1.0',
      id,
      source: 'urn:people',
      type,
      data: { baselineId: 'b-1', kind: 'repository', repository: 'lab/tool', ...data },
    });
    const headers = { 'content-type': 'application/cloudevents+json' };
    await ann(
      'POST',
      '/api/v1/events',
      say('baseline.proposed', '1', { value: pin.value }),
      headers,
    );
    const forged = say('baseline.approved', '2', { actor: { name: 'bob' } });
    expect((await root('POST', '/api/v1/events', forged, headers)).statusCode).toBe(202);
    expect((await ann('GET', `${PATH}/b-1`)).json().status).toBe('proposed');
    await root('POST', '/api/v1/events', say('baseline.approved', '3', {}), headers);
    expect((await ann('GET', `${PATH}/b-1`)).json()).toMatchObject({
      status: 'approved',
      versions: [{ proposed: { by: 'ann' }, approved: { by: 'root' } }],
    });
  });

  it.each([
    ['nothing', {}, 'http.bad-request'],
    ['an unknown aspect', { ...pin, value: { colour: ['red'] } }, 'http.bad-request'],
    ['a rate that is no range', { ...pin, value: { rate: ['20'] } }, 'baseline.document'],
    ['words as a range', { ...pin, value: { user: { max: 3 } } }, 'baseline.document'],
    ['two ways at once', { ...pin, learned: true }, 'http.bad-request'],
    ['a signature of no file', { ...pin, signature: 'x' }, 'http.bad-request'],
    ['what nobody has learned', { repository: 'lab/new', learned: true }, 'baseline.transition'],
    ['a file that is no baseline', { file: 'hello: world' }, 'baseline.document'],
    ['a file with an alias', { file: 'a: &x 1\nb: *x' }, 'baseline.document'],
  ])('is not proposed by %s', async (_name, body, code) => {
    const world = await createBaselineWorld();
    const ann = await world.as('ann');
    expect((await ann('POST', PATH, body)).json().code).toBe(code);
    expect((await ann('GET', PATH)).json().baselines).toEqual([]);
  });

  it('does not exist under an id that nobody proposed', async () => {
    const world = await createBaselineWorld();
    const ann = await world.as('ann');
    for (const [method, url] of [
      ['GET', `${PATH}/0123456789abcdef`],
      ['POST', `${PATH}/0123456789abcdef/approve`],
      ['POST', `${PATH}/0123456789abcdef/revoke`],
      ['GET', `${PATH}/effective?repository=lab/none`],
      ['GET', `${PATH}/explanation?repository=lab/none`],
    ] as const) {
      const answer = await ann(method, url, method === 'POST' ? {} : undefined);
      expect([url, answer.statusCode, answer.json().code]).toEqual([
        url,
        404,
        'baseline.not-found',
      ]);
    }
  });
});

describe('a baseline file', () => {
  const file = [
    'baseline: 1',
    'repository: lab/tool',
    'scope: { tags: ["1.*"] }',
    'expect:',
    '  publishers: [maya, "ci-*"]',
    '  builder: https://ci.example/runners',
    '  size: { max: 90000000 }',
    '',
  ].join('\n');
  const signer = createNoteSigner(
    'lab.example/baselines',
    generateKeyPairSync('ed25519').privateKey,
  );
  const other = createNoteSigner('lab.example/other', generateKeyPairSync('ed25519').privateKey);
  const projects = [{ name: 'lab', baselineKeys: [signer.verifierKey] }];
  const envelope = (text: string, payloadType = 'application/vnd.provost.baseline+yaml') => {
    const payload = Buffer.from(text);
    const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
    const sig = Buffer.from(signer.sign(Buffer.concat([Buffer.from(head), payload])));
    return JSON.stringify({
      payloadType,
      payload: payload.toString('base64'),
      signatures: [{ keyid: 'whatever', sig: sig.toString('base64') }],
    });
  };
  const note = signNote(file, signer);

  it.each([
    ['a whole note', note, 'note'],
    ['the signature lines of a note', note.slice(file.length), 'note'],
    ['a DSSE envelope', envelope(file), 'dsse'],
  ])('is defined in source when a named key signed it: %s', async (_name, signature, format) => {
    const world = await createBaselineWorld({ projects });
    const ann = await world.as('ann');
    const { baselineId } = (await ann('POST', PATH, { file, signature })).json();
    const one = (await ann('GET', `${PATH}/${baselineId}`)).json();
    expect(one).toMatchObject({ status: 'approved', version: 1 });
    expect(one.versions[0]).toMatchObject({
      approved: { by: expect.stringContaining('lab.example/baselines+') },
      mode: 'source',
      value: { builder: ['https://ci.example/runners'], size: { max: 90000000 } },
      document: { format, key: expect.stringContaining('lab.example/baselines+') },
    });
    expect(one.scope).toEqual({ tags: ['1.*'] });
  });

  it('holds by its signature, closes alerts and says whose it is', async () => {
    const world = await createBaselineWorld({ projects });
    await world.tell(moved());
    const ann = await world.as('ann');
    const pinned = `baseline: 1\nrepository: lab/tool\nexpect: { digests: ["${FOREIGN}"] }\n`;
    await ann('POST', PATH, { file: pinned, signature: signNote(pinned, signer) });
    const [alert] = (await ann('GET', '/api/v1/alerts')).json().alerts;
    expect(alert).toMatchObject({ rule: 'tag-mutation', status: 'resolved' });
    const url = `${PATH}/explanation?repository=lab/tool&aspect=digests`;
    const { why, entries } = (await ann('GET', url)).json().reasons[0];
    expect(why).toMatch(
      /^ann proposed .+ and its signature put it in force on .+ lab.example.baselines\+/,
    );
    expect(entries).toHaveLength(2);
  });

  it('waits for a second person where the governance file says so, and when it held before', async () => {
    const waiting = await createBaselineWorld({
      projects: [{ ...projects[0], name: 'lab', signedBaselines: 'wait' }],
    });
    const bob = await waiting.as('bob');
    expect((await bob('POST', PATH, { file, signature: note })).json()).toMatchObject({
      status: 'proposed',
      pending: 1,
    });
    const world = await createBaselineWorld({ projects });
    const ann = await world.as('ann');
    const { baselineId } = (await ann('POST', PATH, { file, signature: note })).json();
    await ann('POST', `${PATH}/${baselineId}/revoke`, {});
    expect((await ann('POST', PATH, { file, signature: note })).json()).toMatchObject({
      status: 'proposed',
      pending: 2,
    });
  });

  it('holds not because an event says that it was signed', async () => {
    const world = await createBaselineWorld({ projects });
    const ann = await world.as('ann');
    const said = { baselineId: 'b-1', kind: 'repository', repository: 'lab/tool', mode: 'source' };
    const document = { digest: FOREIGN, key: signer.verifierKey.slice(0, 30), format: 'note' };
    const headers = { 'content-type': 'application/cloudevents+json' };
    for (const [type, actor] of [
      ['baseline.proposed', { name: 'ann' }],
      ['baseline.approved', { name: document.key }],
    ] as const) {
      const data = { ...said, document, value: { user: ['root'] }, actor };
      const event = { specversion: '1.0', id: type, source: 'urn:people', type, data };
      await ann('POST', '/api/v1/events', event, headers);
    }
    expect((await ann('GET', `${PATH}/b-1`)).json()).toMatchObject({ status: 'proposed' });
  });

  it.each([
    ['another key', signNote(file, other), projects],
    ['a signature of another file', signNote(`${file}#\n`, signer), projects],
    ['a changed signature', note.replace(/.{4}\n$/, 'AAA=\n'), projects],
    ['an envelope over another file', envelope(`${file} `), projects],
    ['an envelope of another kind', envelope(file, 'application/vnd.in-toto+json'), projects],
    ['no signature at all', 'hello', projects],
    ['no key that the project names', note, [{ name: 'lab' }]],
  ])('is refused with %s', async (_name, signature, governed) => {
    const world = await createBaselineWorld({ projects: governed });
    const ann = await world.as('ann');
    const answer = await ann('POST', PATH, { file, signature });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'baseline.signature']);
    expect((await ann('GET', PATH)).json().baselines).toEqual([]);
  });

  it('is a declaration like any other without a signature', async () => {
    const world = await createBaselineWorld({ projects });
    const ann = await world.as('ann');
    const one = (await ann('POST', PATH, { file })).json();
    expect(one.versions[0]).toMatchObject({ mode: 'declared', status: 'proposed' });
    expect(one.versions[0].document).not.toHaveProperty('key');
  });
});

describe('what is learned', () => {
  it('is shown with how far it can be relied on, and becomes established by time and number', async () => {
    const world = await createBaselineWorld();
    const events = builtReleases().events();
    const ann = await world.as('ann', ['viewer']);
    const publishers = async () => {
      const shown = (await ann('GET', `${PATH}/effective?repository=lab/tool`)).json();
      return shown.learned.find(({ aspect }: { aspect: string }) => aspect === 'publishers');
    };
    await world.tell(events.slice(0, 10));
    expect(await publishers()).toMatchObject({ established: false, expectation: ['maya'] });
    await world.tell(events.slice(10));
    expect(await publishers()).toMatchObject({
      established: true,
      confidence: 1,
      observations: 20,
      consistent: 20,
    });
    const listed = (await ann('GET', `${PATH}?project=lab`)).json().baselines;
    expect(listed).toMatchObject([
      { mode: 'learned', repository: 'lab/tool', status: 'established' },
    ]);
  });

  it('is told of a part of the repository, too, and proposed for that part', async () => {
    const world = await createBaselineWorld();
    await world.tell(builtReleases().events());
    const ann = await world.as('ann');
    const shown = async (scope: string) => {
      const url = `${PATH}/effective?repository=lab/tool${scope}`;
      return (await ann('GET', url)).json();
    };
    const observed = (one: { learned: { aspect: string; observations: number }[] }) =>
      one.learned.find(({ aspect }) => aspect === 'publishers')?.observations;
    const [all, part] = [await shown(''), await shown('&tags=1.1.0,1.2*')];
    expect([all.scope, part.scope]).toEqual([{}, { tags: ['1.1.0', '1.2*'] }]);
    // 1.1.0, 1.2.0 and 1.20.0 of twenty releases.
    expect([observed(all), observed(part)]).toEqual([20, 3]);
    const scope = { tags: ['1.1.0', '1.2*'] };
    const body = { repository: 'lab/tool', scope, learned: ['publishers', 'digests'] };
    const one = (await ann('POST', PATH, body)).json();
    const { publishers, digests } = one.versions[0].value;
    expect(publishers).toEqual(['maya']);
    expect(digests).toEqual([image('release-1'), image('release-2'), image('release-20')]);
  });

  it('is explained with entries that can be proven', async () => {
    const world = await createBaselineWorld();
    await world.tell(builtReleases().events());
    const ann = await world.as('ann', ['viewer']);
    const url = `${PATH}/explanation?repository=lab/tool&aspect=builder`;
    const [reason, ...more] = (await ann('GET', url)).json().reasons;
    expect(more).toEqual([]);
    expect(reason).toMatchObject({ mode: 'learned', holds: true, confidence: 1 });
    expect(reason.why).toContain('20 of 20 observations');
    for (const { proof, shard, index } of reason.entries) {
      expect((await ann('GET', proof)).statusCode).toBe(200);
      const entry = (await ann('GET', `/api/v1/entries/${shard}/${index}`)).json();
      expect(entry.event.type).toBe('build.finished');
    }
  });

  it('counts for nothing where the project asks for declared baselines', async () => {
    const world = await createBaselineWorld({ projects: [{ name: 'lab', baselines: 'declared' }] });
    await world.tell(builtReleases().events());
    const ann = await world.as('ann', ['viewer']);
    const { reasons } = (await ann('GET', `${PATH}/explanation?repository=lab/tool`)).json();
    expect(reasons.length).toBeGreaterThan(3);
    expect(reasons.filter(({ holds }: { holds: boolean }) => holds)).toEqual([]);
  });

  it('can be proposed as it is, and holds once somebody else approves it', async () => {
    const world = await createBaselineWorld();
    await world.tell(builtReleases().events());
    const [ann, bob] = [await world.as('ann'), await world.as('bob')];
    const { baselineId } = (
      await ann('POST', PATH, { repository: 'lab/tool', learned: true })
    ).json();
    await bob('POST', `${PATH}/${baselineId}/approve`, {});
    const one = (await ann('GET', `${PATH}/${baselineId}`)).json();
    expect(one.versions[0].value).toMatchObject({
      publishers: ['maya'],
      builder: ['https://ci.example/runners'],
    });
    expect(one.versions[0].value).not.toHaveProperty('digests');
    expect(one.versions[0].evidence.length).toBeGreaterThan(0);
    const url = `${PATH}/explanation?repository=lab/tool&aspect=publishers`;
    const [declared] = (await ann('GET', url)).json().reasons;
    expect(declared).toMatchObject({ mode: 'declared', holds: true, baselineId });
    expect(declared.why).toContain('ann proposed maya');
  });
});

describe('the diff', () => {
  const layer = (name: string) => ({ digest: image(`layer-${name}`), size: 10 });
  const story = () =>
    builtReleases()
      .event('artifact.pushed', {
        repository: 'lab/tool',
        digest: image('one'),
        tags: ['2.0.0'],
        layers: [layer('base'), layer('app-1')],
        actor: { name: 'maya' },
      })
      .build('one')
      .days(1)
      .build('two', { builderId: 'https://elsewhere.example', trigger: 'manual' })
      .event('artifact.pushed', {
        repository: 'lab/tool',
        digest: image('two'),
        tags: ['2.0.1'],
        layers: [layer('base'), layer('app-2')],
        actor: { name: 'rafi' },
      });

  it('compares an image with the one before it and with what is usual', async () => {
    const world = await createBaselineWorld();
    await world.tell(story().events());
    const ann = await world.as('ann', ['viewer']);
    const diff = (await ann('GET', `${PATH}/diff?of=lab/tool:2.0.1`)).json();
    expect(diff).toMatchObject({ same: false, against: { digest: image('one') } });
    expect(diff.image.platforms[0].layers).toMatchObject({ sharedPrefix: 1 });
    expect(diff.build).toContainEqual({
      field: 'builder',
      added: ['https://elsewhere.example'],
      removed: ['https://ci.example/runners'],
    });
    const strange = diff.violations.map(({ aspect }: { aspect: string }) => aspect);
    expect(strange).toEqual(['builder', 'publishers']);
    expect(diff.text.join('\n')).toContain('the learned baseline does not know publishers rafi');
  });

  it('compares any two images, and an image with the declared baseline alone', async () => {
    const world = await createBaselineWorld();
    await world.tell(story().events());
    const [ann, bob] = [await world.as('ann'), await world.as('bob')];
    const two = `${PATH}/diff?of=lab/tool@${image('two')}`;
    const same = (await ann('GET', `${two}&against=lab/tool:2.0.1`)).json();
    expect(same.image.same).toBe(true);
    const value = { publishers: ['rafi'] };
    const { baselineId } = (await ann('POST', PATH, { repository: 'lab/tool', value })).json();
    await bob('POST', `${PATH}/${baselineId}/approve`, {});
    const known = (await ann('GET', `${two}&against=baseline`)).json();
    expect(known).toMatchObject({ same: true, against: { baseline: baselineId, version: 1 } });
    expect(known).not.toHaveProperty('image');
    const unknown = (await ann('GET', `${PATH}/diff?of=lab/tool:2.0.0&against=baseline`)).json();
    expect(unknown.violations).toMatchObject([{ aspect: 'publishers', observed: ['maya'] }]);
  });

  it('misses a declared attestation of the image that has none', async () => {
    const world = await createBaselineWorld();
    await world.tell(builtReleases().attest('release-20').events());
    const [ann, bob] = [await world.as('ann'), await world.as('bob')];
    const value = { attestation: ['always'] };
    const { baselineId } = (await ann('POST', PATH, { repository: 'lab/tool', value })).json();
    await bob('POST', `${PATH}/${baselineId}/approve`, {});
    const violations = async (tag: string) =>
      (await ann('GET', `${PATH}/diff?of=lab/tool:${tag}&against=baseline`)).json().violations;
    expect(await violations('1.20.0')).toEqual([]);
    expect(await violations('1.19.0')).toMatchObject([
      { aspect: 'attestation', observed: ['none'] },
    ]);
  });

  it.each([
    ['lab/tool:9.9.9', 404, 'ledger.entry-missing'],
    ['lab/none', 404, 'ledger.entry-missing'],
    ['LAB TOOL', 400, 'http.bad-request'],
  ])('says what is wrong with %s', async (of, status, code) => {
    const world = await createBaselineWorld();
    await world.tell(story().events());
    const ann = await world.as('ann', ['viewer']);
    const answer = await ann('GET', `${PATH}/diff?of=${encodeURIComponent(of)}`);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });
});
