import { asList, asText, asTextMap, isFields, valueAt } from '../kubernetes/fields';
import { matchesSelector, type Labels } from '../kubernetes/selector';
import { isPortNumber } from '../linkerd/ports';
import { isTcp, type PortNames } from './ports';

/** A TCP port of a Service. */
export interface ServicePort {
  readonly number: number;
  readonly name?: string;
  readonly appProtocol?: string;
  /** The container port it leads to, by number or by name. */
  readonly target: number | string;
}

/** The parts of a Service that show where its ports lead. */
export interface Service {
  /** Labels of the pods behind it; `undefined` if it has no selector, and so selects nothing. */
  readonly selector: Labels | undefined;
  /** Its TCP ports. */
  readonly ports: readonly ServicePort[];
  /** Whether its ports are not translated: its name leads to the pods, and clients dial the pods' ports. */
  readonly isHeadless: boolean;
  /** How clients outside the cluster reach it, if they can. */
  readonly outsideType?: 'LoadBalancer' | 'NodePort';
}

/** The parts of a pod that a Service looks at. */
export interface ServicePod {
  readonly labels: Labels;
  readonly portNames: PortNames;
}

/** Reads a Service; ports that no cluster would accept are left out. */
export function readService(object: unknown): Service {
  const selector = valueAt(object, 'spec', 'selector');
  const type = valueAt(object, 'spec', 'type');
  return {
    selector: isFields(selector) && Object.keys(selector).length > 0 ? asTextMap(selector) : undefined,
    ports: asList(valueAt(object, 'spec', 'ports')).flatMap(servicePort),
    isHeadless: valueAt(object, 'spec', 'clusterIP') === 'None',
    ...(type === 'LoadBalancer' || type === 'NodePort' ? { outsideType: type } : {}),
  };
}

function servicePort(entry: unknown): ServicePort[] {
  const number = valueAt(entry, 'port');
  if (!isPortNumber(number) || !isTcp(entry)) return [];
  // To Kubernetes, zero and the empty text mean that no target is given.
  const target = valueAt(entry, 'targetPort') || number;
  if (typeof target !== 'string' && typeof target !== 'number') return [];
  const name = asText(valueAt(entry, 'name'));
  const appProtocol = asText(valueAt(entry, 'appProtocol'));
  return [
    {
      number,
      target,
      ...(name === undefined ? {} : { name }),
      ...(appProtocol === undefined ? {} : { appProtocol }),
    },
  ];
}

/** Whether a reference to a Service's port means this one: a number is its number, a text its name. */
export function isServicePort({ number, name }: ServicePort, reference: unknown): boolean {
  return typeof reference === 'string' ? name === reference : number === reference;
}

export function selectsPod({ selector }: Pick<Service, 'selector'>, labels: Labels): boolean {
  return selector !== undefined && matchesSelector({ matchLabels: selector }, labels);
}

/** The container ports that a number or name means on a pod; none if no container has the name. */
export function targetNumbers(target: unknown, names: PortNames): number[] {
  if (typeof target === 'string') return [...(names.get(target) ?? [])];
  return isPortNumber(target) ? [target] : [];
}

/** The port that clients dial to reach a container's port through a Service's port. */
export function dialledPort(
  { isHeadless }: Pick<Service, 'isHeadless'>,
  port: ServicePort,
  containerPort: number,
): number {
  return isHeadless ? containerPort : port.number;
}

/** The ports that clients dial to reach a pod's port, sorted: those of the Services in front of it, or else the port itself. */
export function dialledPorts(services: readonly Service[], pod: ServicePod, containerPort: number): number[] {
  const dialled = services
    .filter((service) => selectsPod(service, pod.labels))
    .flatMap((service) =>
      service.ports
        .filter(({ target }) => targetNumbers(target, pod.portNames).includes(containerPort))
        .map((port) => dialledPort(service, port, containerPort)),
    );
  return dialled.length === 0 ? [containerPort] : [...new Set(dialled)].sort((a, b) => a - b);
}
