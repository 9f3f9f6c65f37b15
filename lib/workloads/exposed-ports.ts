import { declaredPorts, portNames, type DeclaredPort, type PortNames } from './ports';
import { probedPorts, probePaths } from './probes';

/** What policy can address on a pod: its ports and probes. */
export interface ExposedPorts {
  readonly ports: readonly DeclaredPort[];
  readonly portNames: PortNames;
  /** Paths of httpGet probes by port (linkerd-policy 3.3). */
  readonly probes: ReadonlyMap<number, ReadonlySet<string>>;
  /** Ports that probes of any kind ask, those of an injected proxy aside. */
  readonly probed: ReadonlySet<number>;
}

export function exposedPorts(written: readonly unknown[], injected: readonly unknown[] = []): ExposedPorts {
  const containers = [...written, ...injected];
  const ports = containers.flatMap(declaredPorts);
  return {
    ports,
    portNames: portNames(ports),
    probes: probePaths(containers),
    probed: new Set(written.flatMap(probedPorts)),
  };
}
