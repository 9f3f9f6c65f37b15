import { declaredPorts, portNames, type DeclaredPort, type PortNames } from './ports';
import { probePaths } from './probes';

/** What policy can address on a pod: its ports and probes. */
export interface ExposedPorts {
  readonly ports: readonly DeclaredPort[];
  readonly portNames: PortNames;
  /** Paths of httpGet probes by port (linkerd-policy 3.3). */
  readonly probes: ReadonlyMap<number, ReadonlySet<string>>;
}

export function exposedPorts(containers: readonly unknown[]): ExposedPorts {
  const ports = containers.flatMap(declaredPorts);
  return { ports, portNames: portNames(ports), probes: probePaths(containers) };
}
