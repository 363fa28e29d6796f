/** The invented institute of the demo: three labs, their people, their repositories. */
export type Lab = {
  readonly namespace: string;
  readonly people: readonly [string, ...string[]];
  readonly robot: string;
  readonly git: string;
  readonly repositories: readonly [DemoRepository, ...DemoRepository[]];
  /** Address block of the lab's clients (RFC 5737 documentation networks). */
  readonly network: string;
};

export type DemoRepository = {
  readonly name: string;
  /** Chance of a build on a working day. */
  readonly buildsADay: number;
  /** Chance that a build is released under a new version tag. */
  readonly releaseChance: number;
  readonly pullsADay: number;
  /** Whether the lab's workflow engine runs it and so cites its digests. */
  readonly cited: boolean;
};

export const LABS: readonly Lab[] = [
  {
    namespace: 'genomics',
    people: ['amara.diallo', 'jonas.lind', 'mei.tanaka'],
    robot: 'genomics-ci',
    git: 'https://git.example.org/genomics',
    network: '192.0.2',
    repositories: [
      { name: 'genomics/aligner', buildsADay: 1.5, releaseChance: 0.3, pullsADay: 38, cited: true },
      {
        name: 'genomics/variant-caller',
        buildsADay: 1.2,
        releaseChance: 0.3,
        pullsADay: 30,
        cited: true,
      },
      { name: 'genomics/report', buildsADay: 0.6, releaseChance: 0.2, pullsADay: 16, cited: false },
    ],
  },
  {
    namespace: 'climate',
    people: ['sofia.ricci', 'tomas.novak'],
    robot: 'climate-ci',
    git: 'https://git.example.org/climate',
    network: '198.51.100',
    repositories: [
      {
        name: 'climate/ocean-model',
        buildsADay: 1.1,
        releaseChance: 0.25,
        pullsADay: 30,
        cited: true,
      },
      {
        name: 'climate/postprocess',
        buildsADay: 1.4,
        releaseChance: 0.3,
        pullsADay: 12,
        cited: false,
      },
    ],
  },
  {
    namespace: 'imaging',
    people: ['leila.haddad', 'oskar.berg'],
    robot: 'imaging-ci',
    git: 'https://git.example.org/imaging',
    network: '203.0.113',
    repositories: [
      { name: 'imaging/segment', buildsADay: 1.2, releaseChance: 0.35, pullsADay: 36, cited: true },
      { name: 'imaging/viewer', buildsADay: 1.0, releaseChance: 0.25, pullsADay: 14, cited: false },
    ],
  },
];
