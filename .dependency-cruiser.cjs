const { EDGES, FLOORS } = require('./scripts/rooms.cjs');

const room = (name) => `^${name}/`;
const door = '^lib/[^/]+[.]ts$';
/** What the constructs share with the reading side: facts, as pure functions, without a library. */
const ground = ['lib/basics', 'lib/kubernetes', 'lib/linkerd', 'lib/workloads'];

const forbidden = [
  {
    name: 'no-cycles',
    comment: 'Data flows one way.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'constructs-stand-alone',
    comment: 'Loading the constructs must load nothing but cdk8s, constructs and our own facts.',
    severity: 'error',
    from: { path: ['lib/constructs', ...ground].map(room) },
    to: { path: '^node_modules/', pathNot: '^node_modules/(cdk8s|constructs)/' },
  },
  {
    name: 'core-is-pure',
    comment: 'The core runs in a browser: the edges read and write, and hand in what only Node can do.',
    severity: 'error',
    from: { path: '^lib/[^/]+/', pathNot: EDGES.map((name) => room(`lib/${name}`)) },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'imports-are-for-constructs',
    comment: 'Generated classes are an internal layer of the constructs.',
    severity: 'error',
    from: { path: '^lib/', pathNot: room('lib/constructs') },
    to: { path: room('imports') },
  },
  {
    name: 'reading-and-writing-stay-apart',
    comment: 'The two wings share only the ground floors.',
    severity: 'error',
    from: { path: '^lib/[^/]+/', pathNot: ['lib/constructs', 'lib/plugin', 'lib/testing'].map(room) },
    to: { path: room('lib/constructs') },
  },
];

FLOORS.forEach((rooms, index) => {
  const above = FLOORS.slice(index + 1).flat();
  for (const name of rooms) {
    const beside = rooms.filter((other) => other !== name && other !== 'imports');
    forbidden.push({
      name: `floor-${index}-${name.replace('lib/', '')}`,
      comment: 'A room imports only from floors below it.',
      severity: 'error',
      from: { path: room(name) },
      to: { path: [...[...above, ...beside].map(room), door] },
    });
  }
});

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
