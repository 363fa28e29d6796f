import {
  declaredBy,
  tellAttestation,
  tellBuild,
  tellCommit,
  tellPush,
} from '../../bench/traffic/pipeline.ts';
import { digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import { at, type Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** A nightly resolves a dependency from the public index, where somebody has put a package of the same name. */
export const s21: Scenario = {
  id: 'S21',
  title: 'a package of the same name from the public index',
  tell: (telling) => {
    const tale = begin('S21', telling);
    const { chronicle } = tale;
    const product = tale.product('nightly');
    const host = telling.either('download.torch.example', 'wheels.inhouse.example');
    const name = telling.either('kernels', 'seqtools-core');
    const own = {
      name: `pkg:pypi/${name}?repository_url=https://${host}/whl`,
      version: '2.0.0',
      digest: digestOf(`${name} own`),
    };
    product.dependencies.push(own);
    product.trigger = 'schedule';
    product.unpinned = true;
    ordinaryWeeks(tale, product, { floating: ['nightly'] });
    const t = tale.t0 + DAY + telling.either(6, 2) * HOUR;
    const others = product.dependencies.slice(0, -1);
    const strange = {
      name: `pkg:pypi/${name}?repository_url=https://pypi.org/simple`,
      version: '3.0.0',
      digest: digestOf(`${name} strange`),
    };
    const build = tellBuild(chronicle, product, t, {
      commit: product.commit,
      dependencies: { declared: declaredBy(product), resolved: [...others, strange] },
    });
    tellPush(chronicle, product, t + MINUTE, build, ['nightly']);
    tellAttestation(chronicle, product, t + 2 * MINUTE, build);
    const renamed = { ...own, name: own.name.replace(name, `${telling.project}-${name}`) };
    product.dependencies = [...others, renamed];
    const commit = tellCommit(chronicle, product, t + 5 * DAY - HOUR, {
      paths: ['requirements.txt'],
    });
    const cure = tellBuild(chronicle, product, t + 5 * DAY);
    return {
      tale,
      from: build.started,
      expected: ['D18', 'D08'].map((detector) => ({ detector, at: build.event })),
      pages: true,
      mustNotFlag: at(commit, cure.event, cure.started),
    };
  },
};
