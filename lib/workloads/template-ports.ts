import { PROXY_CONTAINER, portNameProblem } from '../linkerd/ports';
import type { PlacedContainer } from './containers';
import { kubeletProbes, mergeProbes, type KubeletProbe } from './kubelet-probes';
import { declaredPorts } from './ports';

/** What a pod template says about one of its ports. */
export interface TemplatePort {
  readonly number: number;
  /** Usable names that containers give it. */
  readonly names: readonly string[];
  /** Containers that declare it; if none, something else names the port. */
  readonly containers: readonly string[];
  /** Whether only containers other than the main one declare it. */
  readonly isSidecar: boolean;
  /** The kubelets' requests to it. */
  readonly probes: readonly KubeletProbe[];
}

/**
 * The TCP ports of a pod template, sorted by number: those its containers declare, those of probes that Linkerd does
 * not let through by itself, and those named elsewhere (by Services, say). The proxy's container is left out.
 */
export function templatePorts(
  running: readonly PlacedContainer[],
  main: string,
  elsewhere: readonly number[] = [],
): TemplatePort[] {
  const own = running.filter(({ name }) => name !== PROXY_CONTAINER);
  const declared = own.flatMap(({ container }) => declaredPorts(container));
  const probes = mergeProbes(kubeletProbes(own));
  const needsOpening = probes.filter((probe) => !isLetThrough(probe)).map(({ port }) => port);
  const numbers = new Set([...declared.map(({ number }) => number), ...elsewhere, ...needsOpening]);
  return [...numbers]
    .sort((a, b) => a - b)
    .map((number) => {
      const here = declared.filter((port) => port.number === number);
      const containers = [...new Set(here.map(({ container }) => container))];
      return {
        number,
        names: [...new Set(here.flatMap(({ name }) => name ?? []))].filter((name) => isUsable(name)),
        containers,
        isSidecar: containers.length > 0 && !containers.includes(main),
        probes: probes.filter(({ port }) => port === number),
      };
    });
}

/** Whether Linkerd lets the kubelets make this request by itself, wherever it does so at all. */
function isLetThrough({ kind, path = '/' }: KubeletProbe): boolean {
  return kind === 'httpGet' && path.startsWith('/');
}

/** A name that says no more than its number would get the Server name of that number. */
function isUsable(name: string): boolean {
  return portNameProblem(name) === undefined && !/^(linkerd|port)-/.test(name);
}
