import { runningContainers } from '../../lib/workloads/containers';
import { templatePorts, type TemplatePort } from '../../lib/workloads/template-ports';

function ports(containers: object[], main = 'web', elsewhere: number[] = []): TemplatePort[] {
  return templatePorts(runningContainers({ containers }), main, elsewhere);
}

const WEB = { name: 'web', ports: [{ name: 'http', containerPort: 8080 }] };

describe('the ports of a pod template', () => {
  it('are those that its containers declare, by number, with the containers and their names for it', () => {
    const metrics = { name: 'metrics', containerPort: 9090 };
    const log = { name: 'log', ports: [metrics, { name: 'shared', containerPort: 8080 }] };
    expect(ports([log, WEB])).toEqual([
      { number: 8080, names: ['shared', 'http'], containers: ['log', 'web'], isSidecar: false, probes: [] },
      { number: 9090, names: ['metrics'], containers: ['log'], isSidecar: true, probes: [] },
    ]);
  });

  it('are not those of the proxy, and not UDP', () => {
    const proxy = { name: 'linkerd-proxy', ports: [{ containerPort: 4143 }] };
    const dns = { name: 'web', ports: [{ containerPort: 53, protocol: 'UDP' }] };
    expect(ports([proxy, dns])).toEqual([]);
  });

  it('are as well those that something else names, though no container declares them', () => {
    expect(ports([WEB], 'web', [9999, 8080])).toMatchObject([
      { number: 8080, containers: ['web'] },
      { number: 9999, containers: [], names: [], isSidecar: false },
    ]);
  });

  it('are as well those of probes that Linkerd does not let through by itself', () => {
    const probed = {
      ...WEB,
      livenessProbe: { grpc: { port: 9000 } },
      readinessProbe: { httpGet: { port: 7000 } },
      startupProbe: { httpGet: { port: 'http' } },
    };
    const found = ports([probed]).map(({ number, probes }) => [number, probes.map(({ kind }) => kind)]);
    expect(found).toEqual([
      [8080, ['httpGet']],
      [9000, ['gRPC']],
    ]);
  });

  it.each(['linkerd-x', 'port-80', 'Upper', '8080', 'much-too-long-a-name'])(
    'have no use for the name %s',
    (name) => {
      expect(ports([{ name: 'web', ports: [{ name, containerPort: 80 }] }])[0]?.names).toEqual([]);
    },
  );
});
