import { allContainers, mainContainer, runningContainers } from '../../lib/workloads/containers';
import { podTemplateAt } from '../../lib/workloads/pod-template';

const SPEC = {
  containers: [{ name: 'web' }, { name: 'log' }],
  initContainers: [{ name: 'migrate' }, { name: 'vault', restartPolicy: 'Always' }],
};

describe('the containers of a pod', () => {
  it('keep running, and of init containers those that always restart', () => {
    expect(runningContainers(SPEC).map(({ name, path }) => `${name} ${path.join('.')}`)).toEqual([
      'web spec.containers.0',
      'log spec.containers.1',
      'vault spec.initContainers.1',
    ]);
  });

  it('have their place in the object that holds the template', () => {
    expect(runningContainers({ containers: [{}] }, ['spec', 'template', 'spec'])).toEqual([
      { container: {}, name: '', path: ['spec', 'template', 'spec', 'containers', 0] },
    ]);
  });

  it('all count for the policy controller, which does not ask how long they run (3.3)', () => {
    expect(allContainers(SPEC)).toEqual([...SPEC.containers, ...SPEC.initContainers]);
  });
});

describe('the main container', () => {
  const main = (names: readonly string[], annotation?: string): string => {
    const annotations =
      annotation === undefined ? {} : { 'kubectl.kubernetes.io/default-container': annotation };
    const containers = names.map((name) => ({ name }));
    return mainContainer(podTemplateAt({ metadata: { annotations }, spec: { containers } }, []));
  };

  it.each<[what: string, names: string[], annotation: string | undefined, expected: string]>([
    ['is the first', ['web', 'log'], undefined, 'web'],
    ["is not Linkerd's proxy", ['linkerd-proxy', 'web'], undefined, 'web'],
    ['is the one that kubectl is told to take', ['log', 'web'], 'web', 'web'],
    ['is the first where kubectl is told to take one that is not there', ['log', 'web'], 'gone', 'log'],
    ['is never the proxy, whatever kubectl is told', ['log', 'linkerd-proxy'], 'linkerd-proxy', 'log'],
    ['has no name where there is none', [], undefined, ''],
  ])('%s', (_, names, annotation, expected) => {
    expect(main(names, annotation)).toBe(expected);
  });
});

describe('a pod template', () => {
  const spec = { containers: [{ name: 'web' }] };

  it('is found where its kind keeps it', () => {
    const object = { metadata: { name: 'web' }, spec: { template: { metadata: { labels: {} }, spec } } };
    expect(podTemplateAt(object, ['spec', 'template'])).toEqual({ metadata: { labels: {} }, spec });
  });

  it('is empty where an object does not have it', () => {
    expect(podTemplateAt({ spec: 'none' }, ['spec', 'template'])).toEqual({ metadata: {}, spec: {} });
  });
});
