// The floors of the house: a room imports only from floors below it (see CONTRIBUTING.md).
const floors = [
  ['^imports/', '^lib/linkerd/'],
  ['^lib/manifests/', '^lib/constructs/'],
  ['^lib/cluster/'],
  ['^lib/verdict/'],
  ['^lib/rules/'],
  ['^lib/review/'],
  ['^lib/(report|plugin|jest)/'],
  ['^lib/cli/'],
];
const door = '^lib/[^/]+[.]ts$';

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
    from: { path: '^lib/(constructs|linkerd)/', pathNot: '^lib/linkerd/regex[.]ts$' },
    to: { path: '^node_modules/', pathNot: '^node_modules/(cdk8s|constructs)/' },
  },
  {
    name: 'regular-expressions-are-for-reading',
    comment: 'The one fact of lib/linkerd that needs a library is not for the constructs.',
    severity: 'error',
    from: { path: '^lib/constructs/' },
    to: { path: '^lib/linkerd/regex[.]ts$' },
  },
  {
    name: 'imports-are-for-constructs',
    comment: 'Generated classes are an internal layer of the constructs.',
    severity: 'error',
    from: { path: '^lib/', pathNot: '^lib/constructs/' },
    to: { path: '^imports/' },
  },
  {
    name: 'reading-and-writing-stay-apart',
    comment: 'The two wings share only the facts of lib/linkerd.',
    severity: 'error',
    from: { path: '^lib/(manifests|cluster|verdict|rules|review|report|cli)/' },
    to: { path: '^lib/constructs/' },
  },
];

floors.forEach((rooms, index) => {
  const above = floors.slice(index + 1).flat();
  const beside = rooms;
  for (const room of rooms) {
    const shut = [...above, ...beside.filter((other) => other !== room && room !== '^lib/constructs/'), door];
    forbidden.push({
      name: `floor-${index}-${room.replace(/[^a-z]+/g, '-').replace(/^-|-$/g, '')}`,
      comment: 'A room imports only from floors below it.',
      severity: 'error',
      from: { path: room },
      to: { path: shut.filter((path) => path !== '^imports/') },
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
