import { memoized } from '../basics/collections';
import { asList, asText, valueAt } from '../kubernetes/fields';
import { isPortNumber } from '../linkerd/ports';

/** A TCP port declared by a container. */
export interface DeclaredPort {
  readonly number: number;
  readonly name?: string;
  readonly container: string;
}

/** The numbers behind each port name: several if containers of a pod share it (linkerd-policy 3.3). */
export type PortNames = ReadonlyMap<string, ReadonlySet<number>>;

/** Whether Linkerd sees a container's or Service's port; without a protocol it is TCP. */
export function isTcp(port: unknown): boolean {
  const protocol = valueAt(port, 'protocol');
  return protocol === undefined || protocol === null || asText(protocol)?.toUpperCase() === 'TCP';
}

/** The TCP ports that a container declares. */
export function declaredPorts(container: unknown): DeclaredPort[] {
  return tcpPorts(valueAt(container, 'ports'), 'containerPort', asText(valueAt(container, 'name')) ?? '');
}

/** The TCP ports of a list whose entries keep their number in `field`. */
export function tcpPorts(list: unknown, field: 'containerPort' | 'port', container: string): DeclaredPort[] {
  return asList(list).flatMap((entry): DeclaredPort[] => {
    const number = valueAt(entry, field);
    const name = asText(valueAt(entry, 'name'));
    if (!isPortNumber(number) || !isTcp(entry)) return [];
    return [{ number, container, ...(name === undefined ? {} : { name }) }];
  });
}

export function portNames(ports: readonly DeclaredPort[]): Map<string, Set<number>> {
  const names = new Map<string, Set<number>>();
  for (const { name, number } of ports) {
    if (name !== undefined) memoized(names, name, () => new Set<number>()).add(number);
  }
  return names;
}
